/** What the views into transactions, realities and the past answer. */
import type { Schema } from '../http/validate.js';
import { COMMIT } from './commit-body.js';
import { CHANGED_FILE } from './diff-body.js';

/** Files and folders at a path. */
export const ENTRY_LIST: Schema = {
  title: 'EntryList',
  type: 'object',
  required: ['path', 'entries', 'total'],
  properties: {
    path: { type: 'string' },
    entries: {
      type: 'array',
      items: {
        type: 'object',
        required: ['name', 'path', 'type', 'id', 'mode'],
        properties: {
          name: { type: 'string' }, path: { type: 'string' }, type: { type: 'string', enum: ['file', 'dir', 'submodule'] },
          id: { type: 'string' }, mode: { type: 'string' },
        },
      },
    },
    total: { type: 'integer' },
  },
};

/** A file as a draft has it. */
export const DRAFT_FILE: Schema = {
  title: 'DraftFile',
  type: 'object',
  required: ['path', 'content', 'encoding', 'size', 'mode', 'branch'],
  properties: {
    path: { type: 'string' }, content: { type: 'string' },
    encoding: { type: 'string', enum: ['utf-8', 'base64'], description: 'base64 for what is no UTF-8 text.' },
    size: { type: 'integer', description: 'In bytes.' }, mode: { type: 'string' }, branch: { type: 'string' },
  },
};

/** What a reality was measured by, in the original's fields and ours. */
export const BENCHMARK: Schema = {
  title: 'Benchmark',
  type: 'object',
  required: ['reality', 'benchmark', 'scores', 'better'],
  properties: {
    reality: { type: 'string' },
    benchmark: {
      type: 'object',
      required: ['Reality', 'StartTime', 'Metrics'],
      properties: {
        Reality: { type: 'string' }, StartTime: { type: 'string', format: 'date-time' },
        Metrics: { type: 'object', additionalProperties: { type: 'number' }, description: 'The scores, and how much it changes.' },
      },
    },
    scores: { type: 'object', additionalProperties: { type: 'number' } },
    better: { type: 'boolean', description: 'Whether no other reality has a higher score.' },
  },
};

/** What a draft changes. */
export const DRAFT_DIFF: Schema = {
  title: 'DraftDiff',
  type: 'object',
  required: ['from', 'to', 'branch', 'format', 'files'],
  properties: {
    from: { type: ['string', 'null'], description: 'The commit at which it began.' },
    to: { type: 'string', description: 'The tree as it is.' },
    branch: { type: 'string' },
    format: { type: 'string', enum: ['unified', 'name-only'] },
    diff: { type: 'string', description: 'The patch, where it was asked for.' },
    files: { type: 'array', items: CHANGED_FILE },
  },
};

/** The commits of a draft. */
export const DRAFT_LOG: Schema = {
  title: 'DraftLog',
  type: 'object',
  required: ['commits', 'count', 'branch'],
  properties: { commits: { type: 'array', items: COMMIT }, count: { type: 'integer' }, branch: { type: 'string' } },
};

/** Lines that match. */
export const FOUND_LINES: Schema = {
  title: 'FoundLines',
  type: 'object',
  required: ['pattern', 'results', 'total', 'truncated'],
  properties: {
    pattern: { type: 'string' },
    results: {
      type: 'array',
      items: {
        type: 'object',
        required: ['path', 'line', 'content', 'is_match', 'matches'],
        properties: {
          path: { type: 'string' }, line: { type: 'integer', description: 'From 1.' }, content: { type: 'string' },
          is_match: { type: 'boolean', description: 'Else it stands beside one.' },
          matches: { type: 'array', items: { type: 'object', required: ['start', 'end'], properties: { start: { type: 'integer' }, end: { type: 'integer' } } } },
        },
      },
    },
    total: { type: 'integer' },
    truncated: { type: 'boolean', description: 'Whether there are more.' },
  },
};

/** That every check passed; else the answer is an error with the same checks in its details. */
export const CHECKED: Schema = {
  title: 'Checked',
  type: 'object',
  required: ['status', 'valid', 'checks'],
  properties: {
    status: { const: 'valid' },
    valid: { const: true },
    checks: {
      type: 'array',
      items: {
        type: 'object',
        required: ['name', 'passed'],
        properties: {
          name: { type: 'string', enum: ['changes', 'head', 'required-paths', 'schemas', 'rules', 'policies'] },
          passed: { type: 'boolean' }, message: { type: 'string' }, problems: { type: 'array' },
        },
      },
    },
  },
};

/** What every answer about the past says of the moment. */
export const MOMENT_PROPERTIES: Readonly<Record<string, Schema>> = {
  timestamp: { type: 'string', format: 'date-time' }, unix: { type: 'integer' }, ref: { type: 'string' },
  by: { type: 'string', enum: ['reflog', 'commit-date'] },
  is_exact: { type: 'boolean', description: 'Whether the reflog goes back that far; else it is the oldest that it knows.' },
};
