/** What tests of sagas need: a saga to which things happen, a runner that plays one from its start to its end, a diagram. */
export { done, failed, noReply, rejected } from './answers.js';
export type { Answer, CommandContext, Participant } from './answers.js';
export { given } from './given.js';
export { cancelled, edited, later, migrated, replied, retried, signalled, skipped, started, terminated, undoReplied } from './inputs.js';
export type { ReplyOptions, RequestOptions } from './inputs.js';
export { SagaExpectationError } from './match.js';
export { toMermaid } from './mermaid.js';
export { play } from './play.js';
export type { Played, Script } from './play.js';
export { BEGIN_MS } from './saga-under-test.js';
export type { ExpectedEvent, Happening, SagaUnderTest } from './saga-under-test.js';
