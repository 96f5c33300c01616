import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/**
 * Stands between a client and a server on loopback and can fall silent: connections stay open, and nothing passes any more, as when
 * the network between two machines fails without a reset.
 */
export class SilentProxy {
  readonly #server: Server;
  readonly #target: { readonly host: string; readonly port: number };
  readonly #sockets = new Set<Socket>();
  #silent = false;

  private constructor(server: Server, target: { readonly host: string; readonly port: number }) {
    this.#server = server;
    this.#target = target;
    server.on('connection', (client) => this.#pass(client));
  }

  static async start(target: { readonly host: string; readonly port: number }): Promise<SilentProxy> {
    const server = createServer({ noDelay: true });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new SilentProxy(server, target);
  }

  /** In front of the server that a URL names. */
  static async before(url: string): Promise<{ readonly proxy: SilentProxy; readonly url: string }> {
    const through = new URL(url);
    const proxy = await SilentProxy.start({ host: through.hostname, port: Number(through.port) });
    through.hostname = '127.0.0.1';
    through.port = String(proxy.port);
    return { proxy, url: through.href };
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** From now on nothing passes, on connections that are open and on new ones. */
  silence(): void {
    this.#silent = true;
    for (const socket of this.#sockets) socket.pause();
  }

  /** New connections pass again. Those that were open stay silent for good. */
  heal(): void {
    this.#silent = false;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #pass(client: Socket): void {
    this.#hold(client);
    if (this.#silent) {
      client.pause();
      return;
    }
    const server = connect({ ...this.#target, noDelay: true });
    this.#hold(server);
    for (const [from, to] of [[client, server], [server, client]] as const) {
      from.on('data', (chunk: Buffer) => to.write(chunk));
      from.on('close', () => to.destroy());
    }
  }

  #hold(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => this.#sockets.delete(socket));
  }
}
