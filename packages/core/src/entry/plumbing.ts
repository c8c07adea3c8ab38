/** `@govc/core/plumbing`: Git's formats and algorithms, pure and synchronous. */
export { LIMITS, type Limit } from '../limits.js';
export { bytesFromText, textFromBytes } from '../bytes/text.js';
export { hashAlgorithm, SHA1, SHA256, type HashAlgorithm, type Hasher, type HashName } from '../hash/algorithm.js';
export { createObjectHasher, hashObject, type ObjectType } from '../hash/hash-object.js';
export { findObjectId, isObjectId, parseObjectId, type ObjectId } from '../hash/object-id.js';
export { runJob, type Job, type Progress } from '../job/job.js';
export { driveJob, type DriveOptions } from '../job/run.js';
export { Config, type ConfigRange } from '../config/config.js';
export { resolveIncludes, type ConfigLayer, type IncludeContext } from '../config/include.js';
export { parseConfig, type ConfigEntry } from '../config/parse-config.js';
export { addConfigValue, setConfigValue } from '../config/edit-config.js';
export { commitMessageText, makeCommit, parseCommit, serializeCommit, type Commit, type CommitParts } from '../object/commit.js';
export { fsckObject } from '../object/fsck.js';
export { parseFsckSkipList } from '../object/fsck-message.js';
export { parseIdentity, serializeIdentity, type Identity } from '../object/identity.js';
export type { GitObject, ObjectHeader } from '../object/object.js';
export { makeTag, parseTag, serializeTag, tagMessageText, type Tag, type TagParts } from '../object/tag.js';
export {
  canonicalMode, compareTreeEntries, isFileMode, makeTree, MODE_BLOB, MODE_EXECUTABLE, MODE_GITLINK, MODE_SYMLINK, MODE_TREE, parseTree,
  serializeTree, TreeCursor, type TreeEntry,
} from '../object/tree.js';
export { applyDelta } from '../pack/apply-delta.js';
export { bufferSource, memoryBytesOf, MemorySpool, type PackSource } from '../pack/byte-source.js';
export { DeltaIndex } from '../pack/create-delta.js';
export { FileSource } from '../pack/file-source.js';
export { BitOrder } from '../pack/bit-order.js';
export { BitmapIndex, findBitmaps, type BitmapKeeper } from '../pack/bitmap-index.js';
export { completeThinPack, indexPack, reverseIndexBytes, type IndexedPack, type IndexPackOptions } from '../pack/index-pack.js';
export { PackList, packNameHash } from '../pack/pack-list.js';
export { planPack, type PackPlan, type PlanPackOptions } from '../pack/plan-pack.js';
export { serializeIndexV1, serializeIndexV2, type IndexRows } from '../pack/write-index.js';
export { writePack, type WrittenPack } from '../pack/write-pack.js';
export { MultiPackIndex } from '../pack/multi-pack-index.js';
export { writeMultiPackIndex, type MidxPack } from '../pack/write-multi-pack-index.js';
export { buildBitmaps, type BuildBitmapsRequest } from '../walk/build-bitmaps.js';
export type { ObjectSource } from '../pack/object-source.js';
export { Pack, type PackParts } from '../pack/pack.js';
export { PackIndex } from '../pack/pack-index.js';
export { parseReflog, serializeReflog, type ReflogEntry } from '../ref/reflog.js';
export { parsePackedRefs, serializePackedRefs, type PackedRef } from '../ref/packed-refs.js';
export {
  branchRef, checkRefFormat, findRefName, HEAD, isRefName, parseRefName, shortRefName, tagRef, type RefName,
} from '../ref/ref-name.js';
export { parseFetchRefspec, parsePushRefspec, serializeRefspec, type Refspec } from '../ref/refspec.js';
export type { Expectation, RefEdit } from '../ref/ref-edit.js';
export { directRef, symbolicRef, type RefValue } from '../ref/ref-value.js';
export { aheadBehind, type AheadBehind } from '../walk/ahead-behind.js';
export { lastModified, type LastModifiedRequest } from '../history/last-modified.js';
export { listObjects, type ListObjectsRequest, type ObjectStart } from '../history/list-objects.js';
export { countRevisions, revList, revListJob, type RevisionCount } from '../history/rev-list.js';
export type { RevListEntry, RevListOptions, RevListRequest, RevListStart } from '../history/rev-list-options.js';
export { isAncestor, type AncestryRequest } from '../walk/ancestry.js';
export { CommitGraph } from '../walk/commit-graph.js';
export { CommitGraphFile, type RecordedCommit } from '../walk/commit-graph-file.js';
export { writeCommitGraph, type CommitGraphRequest } from '../walk/write-commit-graph.js';
export { checkConnectivity, type Connectivity, type ConnectivityRequest } from '../walk/connectivity.js';
export { enumerateObjects, type EnumerateRequest, type Enumeration } from '../walk/enumerate.js';
export { forkPoint } from '../walk/fork-point.js';
export { independentCommits, mergeBases, octopusBases } from '../walk/merge-base.js';
export { findApproxidate, findExpiryDate, parseApproxidate } from '../walk/approxidate.js';
export { blame } from '../history/blame.js';
export type { BlameRequest } from '../history/blame-request.js';
export { parseLineRange, type LineRangeContext } from '../history/line-range.js';
export { grepText } from '../history/grep.js';
export { compileGrep, type CompiledGrep, type GrepMatchOptions } from '../history/grep-expression.js';
export { findPath, readFile, type FileContent } from '../repository/read-tree.js';
export { nextBisect, type BisectRequest } from '../history/bisect.js';
export { markBisect, replayBisect, startBisect, type BisectOptions, type SubjectOf } from '../history/bisect-state.js';
export { parseDateMode, showDate, type DateMode, type DateReader } from '../history/date-mode.js';
export { Describer, formatDescription, type DescriptionFormat, type NoDescription } from '../history/describe.js';
export { findContact, splitContact } from '../history/mailmap.js';
export { nameRevisions, type NameRevRequest } from '../history/name-rev.js';
export { formatShortlog, shortlog, type ShortlogRequest } from '../history/shortlog.js';
export type { ReflogEdit, ReflogStep } from '../store/reflog-edit.js';
export { NO_REFLOGS, type ReflogSource } from '../store/reflogs.js';
export { UTC_ZONE, type ZoneOffset } from '../object/calendar-time.js';
export { findDate, type DateClock, type ParsedDate } from '../walk/parse-date.js';
export { findPushRef, findUpstreamRef } from '../walk/revision/branch-name.js';
export { shortenRefName } from '../walk/revision/find-ref.js';
export { resolveRange, type RevisionRange } from '../walk/revision/resolve-range.js';
export { resolveRevision, resolveRevisionEntry, type ResolveOptions } from '../walk/revision/resolve-revision.js';
export type { ExpectedObject, ResolvedRevision, RevisionContext, RevisionWarning } from '../walk/revision/revision-context.js';
export type { IdCandidate, RevisionProblem } from '../walk/revision/revision-problem.js';
export { parseFilter, serializeFilter, type ObjectFilter } from '../walk/filter.js';
export {
  diffTrees, type ChangeStatus, type DiffEntry, type FileChange, type TreeDiffArguments, type TreeDiffOptions,
} from '../diff/tree-diff.js';
export { findChanges, refineChanges, type ChangeOptions, type ChangeRequest } from '../diff/find-changes.js';
export { formatNames, formatNameStatus, formatRaw, type NameFormat, type RawFormat } from '../diff/format-names.js';
export { detectRenames, type BreakOptions, type RenameOptions, type RenameRequest, type RenameResult } from '../diff/renames.js';
export {
  filterChanges, orderChanges, parseChangeFilter, parseOrderFile, reverseChange, rotateChanges, type ChangeFilter, type Rotation,
} from '../diff/select-changes.js';
export { estimateSimilarity, SIMILARITY_MAX, type SimilarityRequest } from '../diff/similarity.js';
export { writeArchive, type ArchiveFormat, type ArchiveRequest, type ExtraArchiveFile } from '../history/archive.js';
export { formatDate, formatRelativeDate, type DateStyle, type RecordedDate } from '../history/format-date.js';
export { PrettyCommit, sanitizeSubject, type PrettyPerson } from '../history/pretty-commit.js';
export {
  formatCommit, type PrettyContext, type RefDecoration, type ReflogPosition, type SignatureSummary,
} from '../history/pretty-format.js';
export {
  checkBundle, unbundle, writeBundle, type BundleCheck, type BundleRequest, type WrittenBundle,
} from '../history/bundle.js';
export {
  BundleHeaderReader, parseBundleHeader, serializeBundleHeader, type BundleHeader, type BundlePrerequisite, type BundleRef,
} from '../history/bundle-header.js';
export type { DiffDriver, DiffSource } from '../diff/diff-source.js';
export { fileStats, type FileStat, type StatOptions } from '../diff/file-stats.js';
export { formatDirstat, type DirstatOptions } from '../diff/format-dirstat.js';
export { formatFilePatch, formatPatch, type PatchFormat } from '../diff/format-patch.js';
export { formatNumstat, formatShortstat, formatStat, type StatFormat } from '../diff/format-stat.js';
export { formatSummary } from '../diff/format-summary.js';
export { formatBinaryPatch } from '../diff/binary-patch.js';
export { abbreviateId, abbreviationSize } from '../history/abbreviate-id.js';
export {
  fastExport, type ExportTip, type FastExportOptions, type FastExportRequest, type FastExportResult,
} from '../history/fast-export.js';
export { findCombinedChanges, type CombinedChange, type CombinedParent, type CombinedRequest } from '../diff/combined-changes.js';
export {
  formatCombinedNameStatus, formatCombinedPatch, formatCombinedRaw, type CombinedPatchFormat, type CombinedRawFormat,
} from '../diff/format-combined.js';
export { isBinary } from '../diff/is-binary.js';
export { lineRange, splitLines, type Lines } from '../diff/lines.js';
export {
  diffLines, type DiffAlgorithm, type LineChange, type LineDiff, type LineDiffOptions, type WhitespaceOptions,
} from '../diff/line-diff.js';
export { makeHunks, type Hunk, type HunkOptions } from '../diff/hunks.js';
export { unifiedHunks } from '../diff/unified.js';
export { compileFunctionPattern, DEFAULT_FUNCTION_PATTERN, type FunctionPattern, type FunctionPatternOptions } from '../diff/function-pattern.js';
export { builtInDriverNames, driverFunctionPattern, driverWordPattern, findBuiltInDriver, type DriverSource } from '../diff/diff-drivers.js';
export { wordDiffHunks, wordPieces, type WordDiffStyle, type WordPiece } from '../diff/word-diff.js';
export {
  diffRows, findMovedLines, MOVED, MOVED_ALTERNATE, MOVED_DIM, type DiffRow, type MovedLinesOptions, type MovedMode,
} from '../diff/moved-lines.js';
export {
  DEFAULT_WHITESPACE_RULE, parseWhitespaceRule, whitespaceRuleFor, type WhitespaceError, type WhitespaceRule,
} from '../diff/whitespace-rule.js';
export { compileTextPattern, type PatternSyntax, type TextMatch, type TextPattern, type TextPatternOptions } from '../pattern/text-pattern.js';
export { findIntroducedErrors, type IntroducedError, type IntroducedErrorOptions } from '../diff/whitespace-errors.js';
export {
  mergeFile, type ConflictStyle, type MergeFavor, type MergeFileConflict, type MergeFileOptions, type MergeFileResult, type MergeLineRange,
} from '../merge/merge-file.js';
export type { MergeLevel } from '../merge/merge-regions.js';
export { mergeCommits, type MergeCommitsRequest } from '../merge/merge-commits.js';
export type { MergeMessage, MergeMessageKind } from '../merge/merge-message.js';
export type { MergeDriver, MergeLabels, MergeOptions, SubmoduleHistory } from '../merge/merge-options.js';
export { mergeTrees, type MergeConflict, type MergeStage, type MergeTreesRequest, type MergeTreesResult } from '../merge/merge-trees.js';
export { octopusMerge, type MergeHead, type OctopusRequest, type OctopusResult } from '../merge/octopus.js';
export { simpleMerge, type SimpleMergeRequest, type SimpleMergeResult } from '../merge/simple-merge.js';
export { FastImporter, type FastImportOptions } from '../history/fast-import.js';
export type { ImportedRef } from '../history/fast-import-names.js';
export type { ImportDateFormat } from '../history/fast-import-ident.js';
export type { ImportStore } from '../history/fast-import-tree.js';
export { patchStats, type PatchFileStat } from '../diff/patch-stats.js';
export { formatPatchNumstat, formatPatchStat, formatPatchSummary } from '../diff/format-patch-stats.js';
export { makeCheckRule, makeDriverRule, type CheckRule } from '../diff/diff-attributes.js';
export {
  fsckRepository, type FsckRepositoryOptions, type RepositoryFinding,
} from '../history/fsck-repository.js';
export { fsckLine, lostFiles, namedFsckLine, type LostFile } from '../history/fsck-lines.js';
export { ObjectNames } from '../history/fsck-names.js';
export { parsePatch, type FilePatch, type ParsePatchOptions } from '../diff/parse-patch.js';
export type { BinaryHunk } from '../diff/parse-patch-binary.js';
export type { PatchHunk } from '../diff/parse-patch-hunk.js';
export { applyPatch, type ApplyPatchRequest } from '../merge/apply-patch.js';
export type { PatchTarget, PatchTargetFile } from '../merge/apply-patch-files.js';
export { applyPatchToTree, findBlobByPrefix, patchedId, type ApplyToTreeRequest, type TreePatchResult } from '../merge/apply-patch-tree.js';
export { findCherries, type Cherry, type CherryRequest } from '../history/cherry.js';
export {
  patchIdOfChanges, patchIdOfCommit, patchIdOfTrees, patchIdsOfText, type NamedPatchId, type PatchIdKind, type PatchIdRequest,
} from '../history/patch-id.js';
export {
  formatMailbox, formatPatches, type CoverLetter, type FormatPatchOptions, type FormatPatchRequest, type PatchMail,
} from '../history/format-patch.js';
export { readMail, type MailInfo, type MailInfoOptions } from '../history/mail-info.js';
export { splitMailbox, type MailSplitOptions } from '../history/mail-split.js';
export {
  NO_GRAFTS, parseGrafts, readReplacements, ReplacedObjects, replacedSnapshot, type Grafts, type Replacements,
} from '../store/replace.js';
export { formatRangeDiff, rangeDiff, type RangeDiffRequest } from '../history/range-diff.js';
export { cleanMessage, commentLines, findMessageCleanup, messageSubject, messageTitle, stripSpace, type MessageCleanup } from '../history/commit-message.js';
export { addToSquash, type SquashKind, type SquashState } from '../history/commit-message-squash.js';
export { NotesTree, type Note } from '../history/notes-tree.js';
export { mergeNotes, type NotesConflict, type NotesMergeStrategy } from '../history/notes-merge.js';
export { addExecItems, autosquash, commitItem, parseTodo, plainItem, serializeTodo, type TodoCommand, type TodoItem } from '../history/todo.js';
export { findTrailerBlock, parseTrailers, type Trailer, type TrailerBlock } from '../history/trailers.js';
export { interpretTrailers, type InterpretTrailersOptions, type NewTrailer, type TrailerCommand } from '../history/trailers-edit.js';
export { commentPrefixOf, trailerRules, type TrailerRules } from '../history/trailers-rules.js';
export { appendSignoff } from '../history/trailers-signoff.js';
export {
  findConflicts, findVariantToForget, replayResolution, resolveRecorded, type NormalConflicts, type RerereOutcome, type RerereVariant,
} from '../merge/rerere.js';
export {
  collectResolutions, forgetResolution, parseRererePaths, recordConflicts, recordResolutions, serializeRererePaths, type ConflictedFile,
  type RerereExpiry, type RererePath, type RerereResult, type RerereSession,
} from '../merge/rerere-session.js';
export { findBrokenPathRule } from '../pattern/safe-path.js';
export { replayMergeOptions, type MergeEnvironment } from '../merge/replay-options.js';
export { MemoryRerereCache, type RerereCache, type RerereRecord } from '../store/rerere-cache.js';
export { DiskFiles, type DiskFilesOptions } from '../worktree/disk-files.js';
export {
  filesError, findFile, folderOf, joinPath, removeAll, removeEmptyFolders, type FileInfo, type Files, type WriteOptions,
} from '../worktree/files.js';
export { MemoryFiles, type MemoryFilesOptions } from '../worktree/memory-files.js';
export { bytesFromLosslessText, losslessTextFromBytes } from '../bytes/lossless-text.js';
export { readRevisionArguments, type RevisionArguments, type RevisionTip } from '../repository/revision-arguments.js';
export { wildmatch, wildmatchText, WM_CASEFOLD, WM_PATHNAME } from '../pattern/wildmatch.js';
export { parseConfigEnvironment, parseConfigParameter, parseConfigParameters, serializeConfigParameters } from '../config/parameters.js';
export { formatConfigName, parseConfigName, type ConfigName } from '../config/config-name.js';
export { expandConfigPath, findConfigBool, findConfigInt } from '../config/config-value.js';
export { replaceConfigValues, unsetConfigValue, unsetConfigValues } from '../config/edit-config.js';
export { removeConfigSection, renameConfigSection } from '../config/edit-section.js';
export type { ReadContext } from '../repository/read-context.js';
export type { WriteContext } from '../repository/write-context.js';
export { quotePath } from '../diff/quote-path.js';
export { findRefByShortName, type FoundRef } from '../walk/revision/find-ref.js';
export { findThroughTags, findType, peelToType, type PeelResult, type TypedObject } from '../walk/revision/peel-object.js';
export { findTreePath } from '../walk/revision/revision-path.js';
export { matchBranchName, matchPriorBranch } from '../walk/revision/branch-name.js';
export { commitBody, tagBody } from '../repository/sign.js';
export { peelTag, peelToCommit, peelToTree, revisionContext } from '../repository/resolve.js';
export { parsePathspec, type Pathspec } from '../pattern/pathspec.js';
export { parseIndexFile, serializeIndexFile, type IndexFileOptions } from '../staging/index-file.js';
export {
  compareIndexEntries, comparePaths, emptyIndex, entriesUnder, findIndexEntry, findStages, indexConflicts, indexEntry, NO_STAT, searchIndex,
  type FileStat as IndexStat, type IndexConflict, type IndexEntry, type Stage as IndexStage, type StagingIndex,
} from '../staging/staging-index.js';
export { findCacheTree, type CacheTree } from '../staging/cache-tree.js';
export { IndexEditor } from '../staging/index-editor.js';
export { treeObjects, type TreeObject, type WriteTreeOptions } from '../staging/write-tree.js';
export { findRefId, resolveRef, type RefMap } from '../store/ref-map.js';
export { BRANCH_PREFIX, REMOTE_PREFIX, TAG_PREFIX } from '../ref/ref-name.js';
export { shortNames } from '../repository/short-name.js';
export { findTreeEntry } from '../object/tree.js';
export { TreeEditor, type TreePathEntry } from '../store/tree-editor.js';
export { FsckSession, type FsckSessionOptions } from '../object/fsck.js';
export { scanCommit, type CommitLinks } from '../object/commit.js';
export { scanTagTarget } from '../object/tag.js';
export { applyUnpack, removeTracked, writeEntries, writeEntry, type CheckoutContext } from '../worktree/apply-unpack.js';
export { Conversions, type ToObjectOptions } from '../worktree/convert.js';
export {
  compareStat, fileTraits, isModified, isSame, modeOf, readAsBlob, type FileStateContext, type FileTraits, type StatDifference,
} from '../worktree/file-state.js';
export {
  driveSteps, runSteps, type FilterAnswer, type FilterRequest, type FilterRunner, type FilterSteps,
} from '../worktree/filter-steps.js';
export {
  FileContents, indexFileChanges, pairWithIndex, treeFileChanges, treeIndexChanges, type FileChangeOptions, type FileSideChange,
  type IndexChangeOptions, type PairedPath,
} from '../worktree/index-changes.js';
export { refreshIndex, settleRacy, type RefreshOptions, type RefreshResult, type StaleEntry } from '../worktree/index-refresh.js';
export { IndexLock, loadIndex, type IndexPlace, type IndexTime, type LoadedIndex } from '../worktree/index-store.js';
export { worktreeAttributes, worktreeIgnores, type AttributesFrom, type IgnoreChoice } from '../worktree/path-rules.js';
export { stageFile, type StageOptions } from '../worktree/stage-file.js';
export {
  findStatus, type StatusEntry, type StatusLetter, type StatusOptions, type StatusResult, type StatusSide, type SubmoduleState,
  type UnmergedEntry,
} from '../worktree/status.js';
export { readTree, treeFiles, type TreeFile } from '../worktree/tree-entries.js';
export {
  planUnpack, type Obstacle, type ObstacleKind, type UnpackOptions, type UnpackPlan, type UnpackTrees,
} from '../worktree/unpack.js';
export { findUntracked, isRepositoryFolder, type UntrackedOptions, type UntrackedPaths } from '../worktree/untracked.js';
export type { PatternFile, WorktreeContext } from '../worktree/worktree-context.js';
export { makeDiffJob, type DiffJob, type DiffOptions, type Trees } from '../repository/diff-job.js';
export { filterPickaxe, type Pickaxe } from '../history/pickaxe.js';
export { readDecorations, findHeadBranch } from '../repository/ref-decorations.js';
export { readQuery, commitOf } from '../repository/rev-list.js';
export { readPrettyCommit } from '../history/read-pretty-commit.js';
export { textWidth, wrapText } from '../history/wrap-text.js';
export { readMailmap } from '../repository/naming.js';
export { signatureOffset } from '../object/signature.js';
export { listRevisions } from '../repository/rev-list.js';
export { readRanges, type CommitRanges } from '../repository/range-diff.js';
export { makePatchBase } from '../repository/apply-mail-merge.js';
export { makeRebaseScript, type RebaseScriptRequest } from '../repository/rebase-script.js';
export { readNote, rewriteNotes, type NotesRewrite, type RewrittenCommit } from '../repository/notes.js';
export { SparsePatterns, type SparseDecision, type SparseOptions } from '../pattern/sparse.js';
export { formatTrailers } from '../history/pretty-trailers.js';
export { AttributeRules, type AttributeSources } from '../pattern/attributes.js';
export { IgnoreRules, type IgnorePattern } from '../pattern/ignore.js';
export { findScissors } from '../history/commit-message.js';
export { findReflogByShortName, type FoundReflog } from '../walk/revision/find-ref.js';
export { changeLog, type ChangeLogOptions, type CommitChanges } from '../history/change-log.js';
export { composeMergeMessage, composeSquashMessage, type MergeTitleOptions } from '../repository/merge-title.js';
export { readMergeHeads, type NamedHead } from '../repository/merge-heads.js';
export { replayedText, revertMessage, withConflictHint, withOrigin, type ReplayedText } from '../history/commit-message-replay.js';
