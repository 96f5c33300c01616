import { Server, type CustomTransportStrategy } from '@nestjs/microservices';

/** Something that runs until it is stopped: a lane with what belongs to it. */
export interface Runnable {
  stop(): Promise<void>;
}

/** Runs a lane as a Nest microservice: it starts with `startAllMicroservices` and ends with the application. */
export class LaneServer<R extends Runnable> extends Server implements CustomTransportStrategy {
  #running: R | undefined;

  /** @param start what it throws makes the application's start fail */
  constructor(private readonly start: () => Promise<R>) {
    super();
  }

  async listen(callback: (error?: unknown) => void): Promise<void> {
    try {
      this.#running = await this.start();
    } catch (error) {
      callback(error);
      return;
    }
    callback();
  }

  async close(): Promise<void> {
    await this.#running?.stop();
  }

  /** What runs; undefined before `listen` has called back. */
  get running(): R | undefined {
    return this.#running;
  }

  /** It has no events to listen to. */
  on(): never {
    throw new TypeError('LaneServer has no events. Give its lane an observer.');
  }

  unwrap<T>(): T {
    return this.#running as unknown as T;
  }
}
