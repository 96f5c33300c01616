import { done, HandleCommands, Participant, type BatchedCommand, type Reply } from '@onward/participant';
import { bench } from './generated/index.js';

/** Says yes to everything. */
@Participant()
export class WorkCommands {
  @HandleCommands(bench.Work)
  handle(commands: readonly BatchedCommand<typeof bench.Work>[]): Promise<readonly Reply<typeof bench.Work>[]> {
    return Promise.resolve(commands.map(({ request, context }) => done({ reference: request.reference, part: request.part, doneAt: context.now })));
  }
}
