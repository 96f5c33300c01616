import type { EachBatchPayload, KafkaMessage } from 'kafkajs';

/** One record as a role takes it from its pile. */
export interface Input {
  readonly topic: string;
  readonly partition: number;
  readonly message: KafkaMessage;
}

export function inputsOf(batch: EachBatchPayload['batch']): Input[] {
  return batch.messages.map((message) => ({ topic: batch.topic, partition: batch.partition, message }));
}

/** The step a record is about. */
export function stepOf(message: KafkaMessage): number {
  return message.value?.[0] ?? 0;
}
