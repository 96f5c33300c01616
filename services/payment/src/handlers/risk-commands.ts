import { payment } from '@onward/contracts';
import { HandleCommand, Participant, type Reply, type Request } from '@onward/participant';
import { scoreRisk } from '../domain/risk.js';

/** Says how risky an order is. Nothing is loaded and nothing stored: the same order has the same score. */
@Participant()
export class RiskCommands {
  @HandleCommand(payment.ScoreRisk)
  async score(request: Request<typeof payment.ScoreRisk>): Promise<Reply<typeof payment.ScoreRisk>> {
    return scoreRisk(request);
  }
}
