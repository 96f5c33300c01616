import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** API keys of the requests that tests lose. */
export const ApiKey = { Produce: 0, Fetch: 1, TxnOffsetCommit: 28, EndTxn: 26 } as const;

/**
 * What happens to a request:
 * - `lose-request`: the connection is cut before the broker gets it
 * - `lose-answer`: the broker does it, and the connection is cut instead of giving the answer on
 * - `swallow-answer`: the broker does it, and the answer never comes though the connection stays
 */
export type Mishap = 'lose-request' | 'lose-answer' | 'swallow-answer';

interface Planned {
  readonly mishap: Mishap;
  readonly happened: () => void;
}

/**
 * Stands between a client and a broker on loopback, reads the frames that pass, and makes one mishap happen when told to.
 * Answers that name the broker's address are rewritten, so that the client stays with the proxy.
 */
export class KafkaProxy {
  readonly #server: Server;
  readonly #brokerPort: number;
  readonly #planned = new Map<number, Planned[]>();
  readonly #sockets = new Set<Socket>();
  /** How many connections were made. */
  connections = 0;

  private constructor(server: Server, brokerPort: number) {
    this.#server = server;
    this.#brokerPort = brokerPort;
    server.on('connection', (client) => this.#pass(client));
  }

  /** `broker`: `127.0.0.1:port`, which must also be the address that the broker advertises. */
  static async start(broker: string): Promise<KafkaProxy> {
    const server = createServer({ noDelay: true });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new KafkaProxy(server, Number(broker.split(':')[1]));
  }

  get address(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Lets a mishap happen to the next request of an API. Resolves when it happened. */
  next(apiKey: number, mishap: Mishap): Promise<void> {
    return new Promise((happened) => {
      this.#planned.set(apiKey, [...(this.#planned.get(apiKey) ?? []), { mishap, happened }]);
    });
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #pass(client: Socket): void {
    this.connections++;
    const broker = connect({ host: '127.0.0.1', port: this.#brokerPort, noDelay: true });
    const cut = (): void => {
      client.destroy();
      broker.destroy();
    };
    for (const socket of [client, broker]) {
      this.#sockets.add(socket);
      socket.on('error', cut).on('close', () => {
        this.#sockets.delete(socket);
        cut();
      });
    }
    const marked = new Map<number, Planned>();
    onFrames(client, (frame) => {
      const planned = this.#planned.get(frame.readInt16BE(4))?.shift();
      if (planned?.mishap === 'lose-request') {
        planned.happened();
        cut();
        return;
      }
      if (planned !== undefined) marked.set(frame.readInt32BE(8), planned);
      broker.write(frame);
    });
    onFrames(broker, (frame) => {
      const planned = marked.get(frame.readInt32BE(4));
      if (planned === undefined) client.write(this.#rewritten(frame));
      else {
        planned.happened();
        if (planned.mishap === 'lose-answer') cut();
      }
    });
  }

  /** Replaces the broker's port where it follows the host as a compact string: in the answers to Metadata and FindCoordinator. */
  #rewritten(frame: Buffer): Buffer {
    const host = Buffer.from('\x0a127.0.0.1', 'latin1');
    for (let at = frame.indexOf(host); at >= 0; at = frame.indexOf(host, at + 1)) {
      const portAt = at + host.length;
      if (portAt + 4 <= frame.length && frame.readInt32BE(portAt) === this.#brokerPort) {
        frame.writeInt32BE((this.#server.address() as AddressInfo).port, portAt);
      }
    }
    return frame;
  }
}

/** Calls back with whole frames, their length included. */
function onFrames(socket: Socket, handle: (frame: Buffer) => void): void {
  let received = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => {
    received = Buffer.concat([received, chunk]);
    while (received.length >= 4 && received.length >= 4 + received.readInt32BE(0)) {
      const end = 4 + received.readInt32BE(0);
      handle(Buffer.from(received.subarray(0, end)));
      received = received.subarray(end);
    }
  });
}
