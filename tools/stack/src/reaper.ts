import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { packageDir } from './layout.js';

/** The process that ends the stack's processes if this one dies without doing so: see `reaper.sh`. */
export class Reaper {
  private readonly child: ChildProcess;

  constructor() {
    this.child = spawn('sh', [join(packageDir, 'reaper.sh')], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
    // It may have been killed; then this process still stops its children itself.
    this.child.stdin?.on('error', () => undefined);
    this.child.unref();
    (this.child.stdin as unknown as { unref?: () => void } | null)?.unref?.();
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  /** From now on `pid`, the leader of its process group, is stopped with `signal` when this process is gone. */
  add(pid: number, signal: NodeJS.Signals): void {
    this.child.stdin?.write(`add ${pid} ${signal.replace('SIG', '')}\n`);
  }

  drop(pid: number): void {
    this.child.stdin?.write(`drop ${pid}\n`);
  }

  close(): void {
    this.child.stdin?.end();
  }
}
