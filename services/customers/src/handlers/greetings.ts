import { customers, GreetingSent } from '@onward/contracts';
import { HandleCommands, Participant, type BatchedCommand, type Queryable, type Reply } from '@onward/participant';
import { greet } from '../domain/greet.js';
import { loadGreetings, writeGreetings } from '../storage/greeting-rows.js';

type SendGreeting = typeof customers.SendGreeting;

/** Greets, a batch at a time. */
@Participant()
export class Greetings {
  @HandleCommands(customers.SendGreeting)
  async handle(commands: readonly BatchedCommand<SendGreeting>[], db: Queryable): Promise<readonly Reply<SendGreeting>[]> {
    const sent = new Map((await loadGreetings(db, commands.map(({ context }) => context.idempotencyKey))).map((g) => [g.idempotencyKey, g]));
    const decisions = commands.map(({ request, context }) => {
      const decision = greet(request, context, sent.get(context.idempotencyKey));
      // A greeting is about nobody who is known here, only about the saga that asked for it.
      if (decision.greeting !== undefined) context.emit(GreetingSent, context.sagaId, { text: decision.greeting.text, sentAt: decision.greeting.sentAt });
      return decision;
    });
    writeGreetings(db, decisions.flatMap(({ greeting }) => greeting ?? []));
    return decisions.map(({ reply }) => reply);
  }
}
