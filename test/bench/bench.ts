import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startStack, type Stack } from '@onward/stack';
import { Floor } from './floor/floor.js';
import { FLOOR_SIZES_DEFAULT, type RecordSizes } from './floor/settings.js';
import type { LoadLevel, LoadResult } from './load/load-level.js';
import { cpuBetween, cpuSeconds, type CpuSeconds } from './measure/cpu.js';
import { figuresOf, ratiosOf, type Figures, type LaneCounts, type Sample } from './measure/figures.js';
import { thisMachine } from './measure/machine.js';
import type { BenchOptions } from './options.js';
import type { BenchReport } from './report.js';
import { laneBetween } from './suite/lane-metrics.js';
import type { SagaName } from './suite/settings.js';
import { kafkaOptions, Suite } from './suite/suite.js';

const TOPOLOGY_FILE = fileURLToPath(new URL('../topology.yaml', import.meta.url));
/** Load before anything is measured: a broker that was just started spends half its CPU on compiling itself. */
const FIRST_LOAD = { inFlight: [100, 400], windowMs: 1_000 };

/** An order's grace period of 15 minutes lasts a millisecond: what is measured is work, not waiting. */
const WAITS_DIVISOR = 900_000;

/** Something that a level of load can be run against. */
interface Subject {
  readonly pids: Readonly<Record<string, number>>;
  run(level: LoadLevel, onWindow: (edge: 'begin' | 'end') => void): Promise<LoadResult>;
  laneCounts?(): Promise<LaneCounts>;
}

/** Measures on a stack of its own, which is gone afterwards. */
export class Bench {
  private readonly stops: (() => Promise<void>)[] = [];
  private readonly suiteFigures: Figures[] = [];
  private readonly floorFigures: Figures[] = [];
  private sizes: RecordSizes = FLOOR_SIZES_DEFAULT;
  private stack!: Stack;
  private stopping: Promise<void> | undefined;

  constructor(
    private readonly options: BenchOptions,
    private readonly onProgress: (text: string) => void,
  ) {}

  async run(): Promise<BenchReport> {
    const dir = await mkdtemp(join(tmpdir(), 'onward-bench-'));
    this.stops.push(() => rm(dir, { recursive: true, force: true }));
    this.stack = await startStack({ dir, freePorts: true, services: false, topologyFiles: [TOPOLOGY_FILE], waitsDivisor: WAITS_DIVISOR, onProgress: this.onProgress });
    this.stops.push(() => this.stack.stop());
    const { subjects } = this.options;
    if (subjects.includes('floor') || subjects.includes('three-steps')) await this.threeSteps();
    if (subjects.includes('place-order')) await this.placeOrder();
    return {
      measuredAt: new Date().toISOString(),
      machine: thisMachine(),
      recordSizes: this.sizes,
      suite: this.suiteFigures,
      floor: this.floorFigures,
      ratio: ratiosOf(this.suiteFigures, this.floorFigures),
    };
  }

  /** Stops everything that was started, in reverse order. */
  stop(): Promise<void> {
    this.stopping ??= (async () => {
      for (const stop of this.stops.reverse()) await stop();
    })();
    return this.stopping;
  }

  /** Floor and suite take turns at every level, so that what disturbs the machine disturbs both. */
  private async threeSteps(): Promise<void> {
    const suite = this.options.subjects.includes('three-steps') ? await this.startSuite('three-steps') : undefined;
    if (suite !== undefined) this.sizes = await suite.recordSizes();
    const floor = this.options.subjects.includes('floor') ? await this.startFloor() : undefined;
    for (const inFlight of this.options.levels) {
      const samples: Record<'floor' | 'suite', Sample[]> = { floor: [], suite: [] };
      for (let round = 0; round < this.options.rounds; round += 1) {
        if (floor !== undefined) {
          floor.thaw();
          samples.floor.push(await this.sample(floor, inFlight));
          floor.freeze();
        }
        if (suite !== undefined) samples.suite.push(await this.sample(suite, inFlight));
      }
      this.add(this.floorFigures, 'floor', 'three-steps', inFlight, samples.floor);
      this.add(this.suiteFigures, 'suite', 'three-steps', inFlight, samples.suite);
    }
    await floor?.stop();
    await suite?.stop();
  }

  private async placeOrder(): Promise<void> {
    const suite = await this.startSuite('place-order');
    for (const inFlight of this.options.levels) {
      const samples: Sample[] = [];
      for (let round = 0; round < this.options.rounds; round += 1) samples.push(await this.sample(suite, inFlight));
      this.add(this.suiteFigures, 'suite', 'place-order', inFlight, samples);
    }
    await suite.stop();
  }

  private async startSuite(saga: SagaName): Promise<Suite> {
    this.onProgress(`suite: starting what ${saga} needs, and warming up`);
    const suite = await Suite.start(this.stack, saga, Date.now().toString(36));
    this.stops.push(() => suite.stop());
    await this.warmUp(suite);
    return suite;
  }

  private async startFloor(): Promise<Floor> {
    this.onProgress('floor: starting, and warming up');
    const { brokers, sasl } = kafkaOptions(this.stack, 'admin');
    const prefix = `floor-${Date.now().toString(36)}`;
    const floor = await Floor.start({ brokers: [...brokers], sasl, prefix, sizes: this.sizes }, this.stack.coordinates.partitions);
    this.stops.push(() => floor.stop());
    await this.warmUp(floor);
    floor.freeze();
    return floor;
  }

  private async warmUp(subject: Subject): Promise<void> {
    const { windowMs } = FIRST_LOAD;
    for (const inFlight of FIRST_LOAD.inFlight) await subject.run({ inFlight, warmUpMs: this.options.firstWarmUpMs, windowMs }, () => undefined);
  }

  private async sample(subject: Subject, inFlight: number): Promise<Sample> {
    const { warmUpMs, windowMs } = this.options;
    const pids = { ...subject.pids, broker: this.stack.pidOf('kafka') ?? 0, database: this.stack.pidOf('postgres') ?? 0 };
    const cpu: Partial<Record<'begin' | 'end', CpuSeconds>> = {};
    const lane: Partial<Record<'begin' | 'end', Promise<LaneCounts>>> = {};
    const result = await subject.run({ inFlight, warmUpMs, windowMs }, (edge) => {
      cpu[edge] = cpuSeconds(pids);
      if (subject.laneCounts !== undefined) lane[edge] = subject.laneCounts();
    });
    const counts = lane.begin !== undefined && lane.end !== undefined ? laneBetween(await lane.begin, await lane.end) : undefined;
    return { ...result, cpu: cpuBetween(cpu.begin ?? {}, cpu.end ?? {}), ...(counts !== undefined && { lane: counts }) };
  }

  private add(list: Figures[], who: string, saga: SagaName, inFlight: number, samples: readonly Sample[]): void {
    if (samples.length === 0) return;
    const figures = figuresOf(saga, inFlight, samples);
    list.push(figures);
    const { sagasPerSecond, p50Ms, p99Ms } = figures;
    this.onProgress(`${who}: ${saga}, ${inFlight} in flight: ${sagasPerSecond} sagas/s, p50 ${p50Ms} ms, p99 ${p99Ms} ms`);
  }
}
