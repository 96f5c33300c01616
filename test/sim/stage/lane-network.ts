import type { Delivery, Fault, Network, TwinRequest } from '@onward/kafka/twin';
import type { Random } from '../random.js';
import type { Tally } from '../world/stage.js';

/** Moments of a commit at which a process may die or freeze, by the request that it is about to send. */
const EDGES: Readonly<Record<string, string>> = { Produce: 'after-fold', TxnOffsetCommit: 'after-fold', EndTxn: 'after-produce' };
const FAULTS: readonly Fault[] = ['request-lost', 'answer-lost', 'late', 'request-silent', 'answer-silent'];
const ERROR_CODES: Readonly<Record<string, readonly number[]>> = {
  Produce: [6, 7],
  EndTxn: [14, 16],
  InitProducerId: [14, 16],
  TxnOffsetCommit: [14, 16],
  OffsetFetch: [14, 16],
  JoinGroup: [14, 16],
  Heartbeat: [14, 16],
  ListOffsets: [6],
  Fetch: [6],
};

/** What lies between the members and the brokers of a simulation. */
export class LaneNetwork implements Network {
  calm = false;
  /** Called when a transaction has ended. */
  ended: () => void = () => {};
  /** A member is to be replaced: it was killed. */
  died: (name: string) => void = () => {};
  froze: (name: string) => void = () => {};

  constructor(
    private readonly random: Random,
    private readonly tally: Tally,
  ) {}

  deliver(request: TwinRequest): Delivery {
    const { process, api } = request;
    if (!process.name.startsWith('orders-')) return { answerMs: 1 };
    const delays = { requestMs: this.random.next() * 2, answerMs: this.random.next() * 2 };
    if (this.calm || process.state !== 'running') return delays;
    const edge = EDGES[api];
    if (edge !== undefined && this.random.chance(0.004)) return this.strike(request, edge, delays);
    const dice = this.random.next();
    if (dice < 0.004) {
      const fault = this.random.pick(FAULTS);
      this.tally.add(`network ${fault}`);
      return { ...delays, fault, ...(fault === 'late' ? { requestMs: this.random.between(5, 3_000) } : {}) };
    }
    const codes = ERROR_CODES[api];
    if (dice > 0.998 && codes !== undefined) {
      this.tally.add('broker refuses for a while');
      return { ...delays, errorCode: this.random.pick(codes) };
    }
    return delays;
  }

  markerMs(): number {
    return this.random.chance(0.08) ? this.random.between(5, 1_500) : this.random.next();
  }

  answered({ api, process }: TwinRequest): void {
    if (api === 'EndTxn' || (api === 'InitProducerId' && process.name.startsWith('orders-'))) this.ended();
  }

  /** The process dies, or freezes, in the middle of a commit. */
  private strike({ process, api }: TwinRequest, edge: string, delays: Delivery): Delivery {
    if (this.random.chance(0.3)) {
      this.tally.add(`zombie ${edge}`);
      process.freeze();
      this.froze(process.name);
      return delays;
    }
    const committed = api === 'EndTxn' && this.random.chance(0.5);
    this.tally.add(`killed ${committed ? 'after-end-txn' : edge}`);
    process.kill();
    this.died(process.name);
    return committed ? { ...delays, fault: 'answer-lost' } : { fault: 'request-lost' };
  }
}
