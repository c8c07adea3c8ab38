import { splitLines, lineRange, driveJob } from '@govc/core/plumbing';

import { endpoint, reply, type Endpoint } from '../http/endpoint.js';
import { commitBody, REF } from './commit-body.js';
import { textOf } from './diff-body.js';
import { PAGE_PROPERTIES } from './pages.js';
import { readRepository, type RouteParts } from './parts.js';

interface BlameQuery {
  readonly ref?: string;
  readonly start?: number;
  readonly end?: number;
  readonly ignore_whitespace?: boolean;
  readonly moves?: boolean;
  readonly copies?: boolean;
  readonly ignore_revs?: string;
}

/** Who wrote which line. */
export function blameRoutes(parts: RouteParts): Endpoint[] {
  return [
    endpoint<unknown, BlameQuery>({
      method: 'get', path: '/api/v1/repos/{id}/blame/{path*}', summary: 'Which commit brought each line of a file', tag: 'files', permission: 'repo:read',
      query: {
        type: 'object',
        properties: {
          ref: REF,
          start: { type: 'integer', minimum: 1, maximum: 1_000_000_000, description: 'The first line, from 1.' },
          end: { type: 'integer', minimum: 1, maximum: 1_000_000_000, description: 'The last line.' },
          ignore_whitespace: { type: 'boolean' },
          moves: { type: 'boolean', description: 'Look for lines that were moved in the file (-M).' },
          copies: { type: 'boolean', description: 'Look for lines that came from other files (-C).' },
          ignore_revs: { type: 'string', minLength: 1, maxLength: 10_000, description: 'Commits that are passed over, with commas between.' },
        },
      },
      answers: {
        200: {
          type: 'object', required: ['path', 'ref', 'lines', 'total'],
          properties: {
            path: { type: 'string' }, ref: { type: 'string' },
            lines: {
              type: 'array',
              items: {
                type: 'object', required: ['line_number', 'content', 'commit_hash', 'author', 'email', 'timestamp', 'message', 'original_line', 'original_path'],
                properties: {
                  line_number: { type: 'integer' }, content: { type: 'string' }, commit_hash: { type: 'string' }, author: { type: 'string' }, email: { type: 'string' },
                  timestamp: { type: 'string', format: 'date-time' }, message: { type: 'string' }, original_line: { type: 'integer' }, original_path: { type: 'string' },
                },
              },
            },
            total: PAGE_PROPERTIES['count'],
          },
        },
      },
      handle: (call) => readRepository(parts, call, async ({ repository }) => {
        const { ref = 'HEAD', start, end, ignore_revs: ignored } = call.query;
        const path = call.path['path'] ?? '';
        const revision = repository.commitAt(ref).id;
        const lines = splitLines(repository.readFile(path, revision).content);
        const first = (start ?? 1) - 1;
        const last = Math.min(end ?? lines.count, lines.count);
        const ranges = start === undefined && end === undefined ? undefined : first < last ? [{ start: first, end: last }] : [];
        if (lines.count === 0 || ranges?.length === 0) return reply(200, { path, ref, lines: [], total: 0 });
        const result = await driveJob(repository.blameJob(path, {
          revision, ranges,
          ...(call.query.ignore_whitespace === true ? { whitespace: { allSpace: true } } : {}),
          ...(call.query.moves === true ? { moveScore: 20 } : {}),
          ...(call.query.copies === true ? { copyScore: 40 } : {}),
          ignoredRevisions: ignored?.split(',').map((word) => word.trim()).filter((word) => word !== ''),
        }), { signal: call.context.signal });
        const known = new Map<string, { author: string; email: string; timestamp: string; message: string }>();
        const blamed = result.ranges.flatMap((range) => {
          const id = range.commit ?? revision;
          const { author, email, timestamp, message } = known.get(id) ?? commitBody(repository.commitAt(id));
          known.set(id, { author, email, timestamp, message });
          return Array.from({ length: range.count }, (_, index) => ({
            line_number: range.line + index + 1,
            content: textOf(lineRange(lines, range.line + index, range.line + index + 1)).replace(/\n$/, ''),
            commit_hash: id, author, email, timestamp, message: message.split('\n', 1)[0] ?? '',
            original_line: range.originLine + index + 1, original_path: range.originPath,
          }));
        });
        return reply(200, { path, ref, lines: blamed, total: blamed.length });
      }),
    }),
  ];
}
