export { placeOrderV1 } from './earlier/place-order-v1.js';
export { enrollment } from './enrollment.js';
export { hello } from './hello.js';
export { placeOrder } from './place-order.js';
export { settlePayment } from './settle-payment.js';
