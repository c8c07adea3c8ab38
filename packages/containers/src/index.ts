export { serializeContainerfile } from './containerfile.js';
export {
  type Body,
  type Definition,
  type Dialect,
  type Flag,
  type Heredoc,
  INSTRUCTION_NAMES,
  type Instruction,
  type InstructionName,
  type Stage,
  dialectOfPath,
  imagesOf,
} from './definition.js';
export { CONTAINERS_ERROR_CODES, ContainersError, type ContainersErrorCode } from './errors.js';
export { DEFINITION_LENGTH_MAX, parseDefinition } from './parse.js';
