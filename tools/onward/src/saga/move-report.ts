import { moveSaga, type OpenSaga, type Plan } from '@onward/saga';

/** What would become of the running sagas of a plan if they went over to another version of it. */
export interface MoveReport {
  readonly sagaType: string;
  readonly from: number;
  readonly to: number;
  readonly running: number;
  readonly moving: readonly MovingSaga[];
  /** Those that stay, by the reason's code; the first saga's reason stands for all. */
  readonly staying: readonly { readonly code: string; readonly reason: string; readonly sagaIds: readonly string[] }[];
}

/** A saga that maps, and what changes for it. */
export interface MovingSaga {
  readonly sagaId: string;
  /** Lines of the state that go (`-`) and come (`+`): where it stands, what has to be undone, what is recorded. */
  readonly diff: readonly string[];
}

/** Tries a migration on sagas; changes nothing. */
export function reportMoves(plan: Plan, target: Plan, sagas: readonly OpenSaga[]): MoveReport {
  const moving: MovingSaga[] = [];
  const staying = new Map<string, { code: string; reason: string; sagaIds: string[] }>();
  for (const saga of sagas) {
    const move = moveSaga(plan, saga, target);
    if (move.kind === 'moved') moving.push({ sagaId: saga.sagaId, diff: diffOf(saga, move.saga) });
    else if (staying.get(move.code)?.sagaIds.push(saga.sagaId) === undefined) staying.set(move.code, { code: move.code, reason: move.reason, sagaIds: [saga.sagaId] });
  }
  return { sagaType: plan.name, from: plan.version, to: target.version, running: sagas.length, moving, staying: [...staying.values()] };
}

/** The report for people, with the differences of a few sagas. */
export function moveReportText({ sagaType, from, to, running, moving, staying }: MoveReport, samples: number): string[] {
  return [
    `${sagaType} v${from} → v${to}: ${running} running, ${moving.length} map, ${running - moving.length} stay`,
    ...staying.flatMap(({ code, reason, sagaIds }) => [`  ${sagaIds.length} stay: ${code}: ${reason}`, `    ${sagaIds.slice(0, samples).join(', ')}${sagaIds.length > samples ? ', …' : ''}`]),
    ...moving.slice(0, samples).flatMap(({ sagaId, diff }) => [`  ${sagaId}:`, ...(diff.length === 0 ? ['    nothing but the version changes'] : diff.map((line) => `    ${line}`))]),
    ...(moving.length > samples && samples > 0 ? [`  … and ${moving.length - samples} more that map`] : []),
  ];
}

function diffOf(before: OpenSaga, after: OpenSaga): string[] {
  const [old, fresh] = [linesOf(before), linesOf(after)];
  return [...old.filter((line) => !fresh.includes(line)).map((line) => `- ${line}`), ...fresh.filter((line) => !old.includes(line)).map((line) => `+ ${line}`)];
}

function linesOf({ active, undo, loops, data }: OpenSaga): string[] {
  return [
    ...active.map(({ path, action, phase }) => `at ${action === 'undo' ? 'the undo of ' : ''}${path} (${phase})`),
    ...undo.map(({ path, outcome }) => `to undo: ${path} (${outcome})`),
    ...loops.map(({ path, count }) => `in the loop ${path} (${count} items)`),
    ...Object.entries(data).map(([id, value]) => `${id}: ${JSON.stringify(value)}`),
  ];
}
