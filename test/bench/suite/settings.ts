import type { KafkaOptions } from '@onward/kafka';

/** Saga types that the bench can start. */
export type SagaName = 'three-steps' | 'place-order';

/** What the suite's client process is told when it starts. */
export interface ClientSettings {
  readonly saga: SagaName;
  readonly kafka: KafkaOptions;
  readonly registry: { readonly url: string; readonly username: string; readonly password: string };
  readonly commandTopic: string;
  readonly outcomeTopic: string;
  /** Before every saga's id. */
  readonly idPrefix: string;
}
