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
export { type Digest, type DigestAlgorithm, Digester, digestOf, findDigest, parseDigest, splitDigest } from './digest.js';
export { DirectoryImageStore } from './directory-image-store.js';
export {
  assertImageName,
  type BlobExpectation,
  type BlobInfo,
  type BlobRange,
  type BlobStore,
  BLOB_SIZE_MAX,
  type ImageStore,
  isImageName,
  isTag,
  type Manifest,
  MANIFEST_SIZE_MAX,
  type NewManifest,
  parseReference,
  type Tag,
} from './image-store.js';
export { MemoryImageStore } from './memory-image-store.js';
export { CONTAINERS_ERROR_CODES, ContainersError, type ContainersErrorCode } from './errors.js';
export { DEFINITION_LENGTH_MAX, parseDefinition } from './parse.js';
