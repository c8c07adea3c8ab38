/** What clients read inside a transaction or a reality: files, trees, differences, history, lines; and how they check it. */
import type { ObjectId, Reality } from '@govc/core';

import { ServerError } from '../errors.js';
import { RawBody, reply, type Call, type Reply } from '../http/endpoint.js';
import type { Schema } from '../http/validate.js';
import type { KeptReality } from '../realities/realities.js';
import { FILE_RULE, validateFiles, type FileRule } from '../realities/validate-files.js';
import { commitBody, shortBranch } from './commit-body.js';
import { contentBody, modeText } from './file-body.js';
import { collect } from './slices.js';

/** The tree that the next commit would have. */
export function treeOf({ reality }: KeptReality): ObjectId {
  return reality.writeTree();
}

/** A file with what is staged. */
export function fileOf({ files, reality }: KeptReality, path: string, isRaw: boolean): Reply {
  const { content, mode } = files.read(path);
  if (isRaw) {
    const headers = { 'Content-Disposition': 'attachment', 'Content-Security-Policy': "default-src 'none'; sandbox" };
    return { status: 200, body: new RawBody('application/octet-stream', content), headers };
  }
  return reply(200, { path, ...contentBody(content), mode: modeText(mode), branch: shortBranch(reality.head().ref ?? '') });
}

/** The files and folders at a path with what is staged. */
export function listOf(kept: KeptReality, path: string, isRecursive: boolean): Reply {
  const entries = kept.reality.list(path, { revision: treeOf(kept), recursive: isRecursive }).map((entry) => ({
    name: entry.name, path: entry.path, type: entry.type === 'tree' ? 'dir' : entry.type === 'commit' ? 'submodule' : 'file',
    id: entry.id, mode: modeText(entry.mode),
  }));
  return reply(200, { path, entries, total: entries.length });
}

/** What differs from where it began, staged changes included. */
export function diffOf(kept: KeptReality, format: string): Reply {
  const { reality, base, branch } = kept;
  const to = treeOf(kept);
  if (format === 'patch' || format === 'unified') {
    const patch = Buffer.from(reality.diffPatch(base, to)).toString('utf8');
    return reply(200, { from: base ?? null, to, branch, format: 'unified', diff: patch, files: filesOf(reality, base, to) });
  }
  return reply(200, { from: base ?? null, to, branch, format, files: filesOf(reality, base, to) });
}

function filesOf(reality: Reality, base: ObjectId | undefined, to: ObjectId) {
  return reality.diff(base, to).files.map((file) => ({
    path: file.path,
    ...(file.old !== undefined && file.old.path !== file.path ? { old_path: file.old.path } : {}),
    status: file.status, additions: file.addedCount, deletions: file.deletedCount, binary: file.isBinary,
  }));
}

/** Its commits since it began, newest first; with `all`, those before, too. */
export async function logOf({ reality, base, branch }: KeptReality, call: Call, { limit, all }: { readonly limit: number; readonly all: boolean }): Promise<Reply> {
  if (reality.head().id === undefined) return reply(200, { commits: [], count: 0, branch });
  const revisions = all || base === undefined ? ['HEAD'] : ['HEAD', `^${base}`];
  const commits = (await collect(reality.log({ revisions, limit }), call.context.signal)).map(commitBody);
  return reply(200, { commits, count: commits.length, branch });
}

/** What to look for. */
export interface GrepBody {
  readonly pattern: string;
  readonly path?: string;
  readonly regex?: boolean;
  readonly case_sensitive?: boolean;
  readonly word_regexp?: boolean;
  readonly invert_match?: boolean;
  readonly context?: number;
  readonly limit?: number;
}

/** The schema of {@link GrepBody}. */
export const GREP_BODY: Schema = {
  type: 'object',
  required: ['pattern'],
  additionalProperties: false,
  properties: {
    pattern: { type: 'string', minLength: 1, maxLength: 4096 },
    path: { type: 'string', minLength: 1, maxLength: 4096, description: 'A pathspec. Default: all files.' },
    regex: { type: 'boolean', default: false, description: 'The pattern is an extended expression of POSIX.' },
    case_sensitive: { type: 'boolean', default: true },
    word_regexp: { type: 'boolean', default: false },
    invert_match: { type: 'boolean', default: false },
    context: { type: 'integer', minimum: 0, maximum: 100, default: 0 },
    limit: { type: 'integer', minimum: 1, maximum: 10_000, default: 1000, description: 'Lines at most.' },
  },
};

/** Lines that match, with what is staged. */
export async function grepOf(kept: KeptReality, call: Call<GrepBody>): Promise<Reply> {
  const { pattern, path, regex, case_sensitive: isCaseSensitive, word_regexp: word, invert_match: invert, context = 0, limit = 1000 } = call.body;
  const found = kept.reality.grep(pattern, {
    revision: treeOf(kept), syntax: regex === true ? 'extended' : 'fixed', ignoreCase: isCaseSensitive === false,
    word, invert, before: context, after: context, countMax: limit, ...(path === undefined ? {} : { paths: [path] }),
  });
  const text = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8');
  const lines = (await collect(found, call.context.signal)).flatMap((file) => file.lines.map((line) => ({
    path: file.path, line: line.line + 1, content: text(line.text), is_match: line.isMatch,
    matches: line.spans.map(({ start, end }) => ({ start, end })),
  })));
  const results = lines.slice(0, limit);
  return reply(200, { pattern, results, total: results.length, truncated: lines.length > limit });
}

/** How something is checked. */
export interface ValidateBody {
  readonly schemas?: readonly FileRule[];
  readonly required_paths?: readonly string[];
}

/** The properties of {@link ValidateBody}. */
export const VALIDATE_PROPERTIES: Readonly<Record<string, Schema>> = {
  schemas: { type: 'array', maxItems: 16, items: FILE_RULE, description: 'JSON Schemas by path glob.' },
  required_paths: { type: 'array', maxItems: 1000, items: { type: 'string', minLength: 1, maxLength: 4096 }, description: 'Files that must be there.' },
};

/** What a check found. */
export interface CheckResult {
  readonly name: 'changes' | 'head' | 'required-paths' | 'schemas' | 'rules' | 'policies';
  readonly passed: boolean;
  readonly message?: string;
  readonly problems?: readonly unknown[];
}

/** Checks content: required files and schemas. @throws {ServerError} request-invalid */
export function checkContent(kept: KeptReality, { schemas = [], required_paths: required = [] }: ValidateBody): CheckResult[] {
  const { reality } = kept;
  const tree = treeOf(kept);
  const results: CheckResult[] = [];
  if (required.length > 0) {
    const known = new Set(reality.list('', { revision: tree, recursive: true }).map(({ path }) => path));
    const missing = required.filter((path) => !known.has(path));
    results.push({ name: 'required-paths', passed: missing.length === 0, ...(missing.length === 0 ? {} : { problems: missing }) });
  }
  if (schemas.length > 0) {
    const { checked, problems } = validateFiles(reality, tree, schemas);
    results.push({ name: 'schemas', passed: problems.length === 0, message: `${checked} file(s) checked`, ...(problems.length === 0 ? {} : { problems }) });
  }
  return results;
}

/** Everything passed, or an error with what did not. @throws {ServerError} validation-failed */
export function mustPass(results: readonly CheckResult[]): Reply {
  const failed = results.filter(({ passed }) => !passed);
  if (failed.length === 0) return reply(200, { status: 'valid', valid: true, checks: results });
  throw new ServerError('validation-failed', `It does not pass: ${failed.map(({ name }) => name).join(', ')}.`, { checks: results });
}
