import { customers, payment } from '@onward/contracts';
import { saga } from '@onward/saga';
import { MySaga } from './generated/index.js';

/** Opens an account and charges its fee: both or neither. */
export const mySaga = saga('my-saga', { version: 1, domain: 'orders', input: MySaga, idField: 'memberId' })
  .step('account', {
    command: customers.OpenAccount,
    send: (s) => ({ accountId: s.sagaId, email: s.input.email, name: s.input.name }),
    undo: { command: customers.CloseAccount, send: (s) => ({ accountId: s.sagaId, reason: 'The fee was not paid.' }) },
  })
  .step('authorize', {
    command: payment.AuthorizePayment,
    send: (s) => ({
      paymentId: s.sagaId,
      orderId: s.sagaId,
      amount: { amountMinor: s.input.feeMinor, currency: s.input.currency },
      cardToken: s.input.cardToken,
    }),
    undo: { command: payment.VoidPayment, send: (s) => ({ paymentId: s.sagaId, reason: 'The account was not opened.' }) },
  })
  .pivot() // from the next command on, the saga only goes forward
  .step('capture', { command: payment.CapturePayment, send: (s) => ({ paymentId: s.sagaId, amount: s.authorize.amount }) })
  .build();
