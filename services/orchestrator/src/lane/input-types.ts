import { CancelSaga, CommandFailed, CommandRejected, EditStep, MigrateSaga, RetrySaga, SkipStep, TerminateSaga, type RecordType } from '@onward/contracts';
import type { PlanCatalogue } from './plan-catalogue.js';

/** Every record that may stand on an input, or in an operator's edit: starts, signals, commands to running sagas, requests and replies of steps. */
export function inputTypes(catalogue: PlanCatalogue): RecordType<unknown>[] {
  const types = new Map<string, RecordType<unknown>>();
  const add = (type: { readonly name: string }): unknown => types.set(type.name, type as RecordType<unknown>);
  for (const type of [CancelSaga, TerminateSaga, RetrySaga, SkipStep, EditStep, MigrateSaga, CommandRejected, CommandFailed]) add(type);
  for (const plan of catalogue.plans) {
    add(plan.input);
    for (const node of plan.nodes) if (node.kind === 'signal') add(node.of);
  }
  for (const { node } of catalogue.commandNodes()) {
    for (const command of node.undo === null ? [node.command] : [node.command, node.undo.command]) {
      add(command.request);
      add(command.done);
    }
  }
  return [...types.values()];
}
