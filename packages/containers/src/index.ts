export { mustNotRun } from './assemble/assemble.js';
export { type BaseImages, openStoredImage, splitImageReference, type StoredImage } from './assemble/base-image.js';
export type { BuiltImage, ImagePart } from './assemble/built-image.js';
export { type BuildContext, CONTEXT_LIMITS, type ContextFile, type ContextLimits, type FileTree, openContext, type TreeFile } from './assemble/context.js';
export { canonicalJson, type ImageConfig, type ImageManifest, OCI_INDEX, OCI_MANIFEST, parsePlatform, type Platform, platformText } from './assemble/image-config.js';
export { type BuildPlan, planBuild } from './assemble/plan.js';
export {
  DEFINITION_TYPES,
  type DefinitionType,
  type Described,
  dependenciesOf,
  describeDefinition,
  metadataOf,
  typeOfDefinition,
  typeOfPath,
} from './definitions/describe.js';
export { embeddedEngine } from './engines/embedded.js';
export type { BuildEngine, BuildTask } from './engines/engine.js';
export { type EngineSearch, findEngines } from './engines/find-engines.js';
export { type ImagePolicy, listPackages, mustAllowBases, mustFitPolicy } from './policy/policy.js';
export { putImage, type PutImage } from './put-image.js';
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
