export { errandV1, newest } from './errand.mjs';
