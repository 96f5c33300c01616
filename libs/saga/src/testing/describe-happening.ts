import type { SagaEvent } from '../events.js';
import type { SagaInput } from '../inputs.js';
import type { SagaUnderTest } from './saga-under-test.js';

/** A line of a play's log, such as `+1ms order-1 reply reserve done → StepDone reserve, CommandSent authorize #1`. */
export function describeHappening({ events }: SagaUnderTest, input: SagaInput, elapsedMs: number): string {
  const led = events.length === 0 ? 'nothing' : events.map(describeEvent).join(', ');
  return `+${describeTime(elapsedMs)} ${input.sagaId} ${describeInput(input)} → ${led}`;
}

function describeInput(input: SagaInput): string {
  switch (input.kind) {
    case 'reply':
      return `reply ${input.action === 'undo' ? 'undo ' : ''}${input.step} ${input.reply.outcome === 'done' ? 'done' : `${input.reply.outcome} ${input.reply.code}`}`;
    case 'signal':
      return `signal ${input.value.type}`;
    case 'skip':
    case 'edit':
      return `${input.kind} ${input.step}`;
    case 'migrate':
      return `migrate to ${input.toVersion}`;
    case 'start':
    case 'timer':
    case 'unusable':
    case 'cancel':
    case 'terminate':
    case 'retry':
      return input.kind;
  }
}

function describeEvent(event: SagaEvent): string {
  const step = 'step' in event && event.step !== null ? ` ${event.step}` : '';
  const undo = 'action' in event && event.action === 'undo' ? ' undo' : '';
  const more = event.kind === 'CommandSent' ? ` #${event.attempt}` : 'failure' in event && event.failure !== null ? ` ${event.failure.code}` : event.kind === 'InputIgnored' ? ` ${event.reason}` : '';
  return `${event.kind}${undo}${step}${more}`;
}

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
] as const;

/** A time as its two largest units, such as `1d 4h` or `30s 1ms`. */
function describeTime(ms: number): string {
  let rest = ms;
  const parts = UNITS.flatMap(([unit, lengthMs]) => {
    const count = Math.floor(rest / lengthMs);
    rest -= count * lengthMs;
    return count === 0 ? [] : [`${count}${unit}`];
  });
  if (rest > 0 || parts.length === 0) parts.push(`${rest}ms`);
  return parts.slice(0, 2).join(' ');
}
