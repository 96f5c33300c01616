import { fulfillment } from '@onward/contracts';
import { HandleCommand, Participant, type Reply, type Request } from '@onward/participant';
import { quote } from '../domain/quote.js';

/** Says what a parcel costs. Nothing is loaded and nothing stored: the same parcel has the same price. */
@Participant()
export class ShippingQuotes {
  @HandleCommand(fulfillment.QuoteShipping)
  async quote(request: Request<typeof fulfillment.QuoteShipping>): Promise<Reply<typeof fulfillment.QuoteShipping>> {
    return quote(request);
  }
}
