export { readCoordinates, type Coordinates, type Credentials } from './coordinates.js';
export { StackError, type StackErrorCode } from './stack-error.js';
export { startStack, type PartName, type Stack, type StackOptions } from './stack.js';
