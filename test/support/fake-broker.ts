import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import { Reader, Writer } from '../../libs/kafka/src/protocol/wire.js';

/** The requests that a `FakeBroker` knows, by name. */
export const FAKE_API_KEYS = { Produce: 0, Metadata: 3, FindCoordinator: 10, ApiVersions: 18, InitProducerId: 22, EndTxn: 26, TxnOffsetCommit: 28 } as const;
export type FakeApi = keyof typeof FAKE_API_KEYS;

const API_NAMES = new Map(Object.entries(FAKE_API_KEYS).map(([name, key]) => [key as number, name as FakeApi]));
const NODE_ID = 1;
const PARTITIONS = 4;

/** What is answered next to an API: an error code, or no answer and a closed connection. */
export type FakeAnswer = number | 'close';

/**
 * Speaks enough of Kafka over a real socket to answer a producer with any error code, which a real broker gives only in the rarest
 * moments. Every topic exists and has four partitions; it leads and coordinates everything; what it has no script for succeeds.
 */
export class FakeBroker {
  readonly requests: FakeApi[] = [];
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #script = new Map<FakeApi, FakeAnswer[]>();
  readonly #transactionVersion: number;

  private constructor(server: Server, transactionVersion: number, tls: boolean) {
    this.#server = server;
    this.#transactionVersion = transactionVersion;
    server.on(tls ? 'secureConnection' : 'connection', (socket: Socket) => this.#serve(socket));
  }

  static async start({ transactionVersion = 2, tls }: { transactionVersion?: number; tls?: TlsOptions } = {}): Promise<FakeBroker> {
    const server = tls === undefined ? createServer({ noDelay: true }) : createTlsServer(tls);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new FakeBroker(server, transactionVersion, tls !== undefined);
  }

  get #port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get address(): string {
    return `127.0.0.1:${this.#port}`;
  }

  /** The next answers to an API, in turn; after them it succeeds. */
  answer(api: FakeApi, ...answers: FakeAnswer[]): void {
    this.#script.set(api, answers);
  }

  /** How often an API was asked since the last `forget`. */
  count(api: FakeApi): number {
    return this.requests.filter((each) => each === api).length;
  }

  forget(): void {
    this.requests.length = 0;
    this.#script.clear();
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    let received = Buffer.alloc(0);
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      while (received.length >= 4 && received.length >= 4 + received.readInt32BE(0)) {
        const end = 4 + received.readInt32BE(0);
        this.#handle(socket, new Reader(received.subarray(4, end)));
        received = received.subarray(end);
      }
    });
  }

  #handle(socket: Socket, request: Reader): void {
    const api = API_NAMES.get(request.i16());
    if (api === undefined) throw new Error('The fake broker does not know this API.');
    request.i16(); // version
    const correlationId = request.i32();
    request.take(request.i16()); // client id
    request.tags();
    this.requests.push(api);
    const scripted = this.#script.get(api)?.shift() ?? 0;
    if (scripted === 'close') {
      socket.destroy();
      return;
    }
    const body = new Writer().i32(correlationId);
    if (api !== 'ApiVersions') body.noTags();
    this.#write[api](body, request, scripted);
    const answer = body.toBuffer();
    socket.write(Buffer.concat([new Writer().i32(answer.length).toBuffer(), answer]));
  }

  readonly #write: Record<FakeApi, (w: Writer, request: Reader, code: number) => void> = {
    ApiVersions: (w, _request, code) => {
      const apis = Object.values(FAKE_API_KEYS);
      w.i16(code).array(apis, (key) => w.i16(key).i16(0).i16(12).noTags()).i32(0);
      const features = new Writer();
      features.array(['transaction.version'], (name) => features.string(name).i16(this.#transactionVersion).i16(0).noTags());
      w.uvarint(1).uvarint(2).uvarint(features.length).raw(features.toBuffer());
    },
    Metadata: (w, request, code) => {
      const topics = request.array(() => {
        request.take(16);
        const topic = request.string();
        request.tags();
        return topic;
      });
      w.i32(0).array([NODE_ID], (id) => w.i32(id).string('127.0.0.1').i32(this.#port).string(null).noTags()).string('fake').i32(NODE_ID);
      w.array(topics, (topic) => {
        w.i16(code).string(topic).i64(0n).i64(0n).bool(false);
        w.array(numbers(PARTITIONS), (partition) => w.i16(0).i32(partition).i32(NODE_ID).i32(0).array([], () => {}).array([], () => {}).array([], () => {}).noTags());
        w.i32(0).noTags();
      });
      w.noTags();
    },
    FindCoordinator: (w, request, code) => {
      request.i8();
      const keys = request.array(() => request.string());
      w.i32(0).array(keys, (key) => w.string(key).i32(NODE_ID).string('127.0.0.1').i32(this.#port).i16(code).string(null).noTags()).noTags();
    },
    InitProducerId: (w, _request, code) => w.i32(0).i16(code).i64(7n).i16(0).noTags(),
    Produce: (w, request, code) => {
      request.nullableString(); // transactional id
      request.i16(); // acks
      request.i32(); // timeout
      const topics = readTopics(request, () => {
        const partition = request.i32();
        request.bytes();
        return partition;
      });
      w.array(topics, ({ topic, partitions }) =>
        w
          .string(topic)
          .array(partitions, (p) => w.i32(p).i16(code).i64(code === 0 ? 100n : -1n).i64(-1n).i64(0n).array([], () => {}).string(null).noTags())
          .noTags(),
      );
      w.i32(0).noTags();
    },
    TxnOffsetCommit: (w, request, code) => {
      request.string(); // transactional id
      request.string(); // group id
      request.take(8 + 2 + 4); // producer id, epoch, generation
      request.string(); // member id
      request.nullableString(); // group instance id
      const topics = readTopics(request, () => {
        const partition = request.i32();
        request.take(8 + 4); // offset, leader epoch
        request.nullableString();
        return partition;
      });
      w.i32(0).array(topics, ({ topic, partitions }) => w.string(topic).array(partitions, (p) => w.i32(p).i16(code).noTags()).noTags()).noTags();
    },
    EndTxn: (w, request, code) => {
      request.string(); // transactional id
      w.i32(0).i16(code).i64(request.i64()).i16(request.i16() + 1).noTags();
    },
  };
}

function readTopics(request: Reader, readPartition: () => number): { topic: string; partitions: number[] }[] {
  return request.array(() => {
    const topic = request.string();
    const partitions = request.array(() => {
      const partition = readPartition();
      request.tags();
      return partition;
    });
    request.tags();
    return { topic, partitions };
  });
}

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}
