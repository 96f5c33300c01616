export { errandV1 } from './errand.mjs';
