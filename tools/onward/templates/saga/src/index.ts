// What the orchestrator loads: every plan that this module exports.
export { mySaga } from './my-saga.js';
