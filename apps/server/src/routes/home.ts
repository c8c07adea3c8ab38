import { createHash } from 'node:crypto';

import { endpoint, RawBody, type Endpoint } from '../http/endpoint.js';
import type { RouteParts } from './parts.js';

const LISTED_MAX = 200;

const STYLE = `
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem; color: #1b1b1b; background: #fff }
h1 { line-height: 1.2 } pre { background: #f3f3f3; padding: .75rem; overflow-x: auto; border-radius: .25rem } a { color: #0b57d0 }
.notice { border-left: .3rem solid #b25000; padding-left: .75rem }
@media (prefers-color-scheme: dark) { body { color: #eee; background: #161616 } pre { background: #262626 } a { color: #8ab4f8 } }
`;

/** `GET /`, and `/dashboard` as the original has it: a page that says what this is and how to clone from it. Plain HTML, no script. */
export function homeRoutes(parts: RouteParts): Endpoint[] {
  const { repositories, gate, version, metricsPath } = parts;
  const styleHash = createHash('sha256').update(STYLE).digest('base64');
  const policy = `default-src 'none'; style-src 'sha256-${styleHash}'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'`;
  return ['/', '/dashboard'].map((path) => endpoint({
    method: 'get', path, summary: 'A page about this server', tag: 'monitoring', permission: 'public',
    answers: { 200: {} }, media: ['text/html'],
    async handle({ context, origin }) {
      const ids = await repositories.list();
      const visible = ids.filter((id) => gate.permits(context.principal, 'repo:read', id));
      const isHidden = !gate.isOpen && context.principal === undefined;
      const html = page({
        origin, version, metricsPath,
        isOpen: gate.isOpen,
        isForeign: repositories.isForeign,
        ids: isHidden ? undefined : visible,
      });
      return {
        status: 200,
        body: new RawBody('text/html; charset=utf-8', html),
        headers: { 'Content-Security-Policy': policy, 'Cache-Control': 'no-store', Vary: 'Authorization' },
      };
    },
  }));
}

interface PageFacts {
  readonly origin: string;
  readonly version: string;
  readonly metricsPath: string | undefined;
  readonly isOpen: boolean;
  readonly isForeign: boolean;
  /** `undefined`: who asks may not see them. */
  readonly ids: readonly string[] | undefined;
}

function page(facts: PageFacts): string {
  const { origin, version, metricsPath, isOpen, isForeign, ids } = facts;
  const example = ids?.[0] ?? 'my-repo';
  const host = escape(origin);
  const metrics = metricsPath === undefined ? '' : `<li><a href="${escape(metricsPath)}">Metrics</a> for Prometheus</li>`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>govc</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>govc</h1>
<p>This is a Git server, version ${escape(version)}. Any Git client can clone from it and push to it; programs can use its REST interface.</p>
${isOpen ? '<p class="notice"><strong>Development mode:</strong> nobody needs to sign in, and everybody who reaches this address may do everything.</p>' : ''}
${isForeign ? '' : `<h2>Make a repository</h2>
<pre>curl -X POST ${host}/api/v1/repos \\
  -H "Content-Type: application/json" \\
  -d '{"id": "${escape(example)}"}'</pre>`}
<h2>Clone and push</h2>
<pre>git clone ${host}/${escape(urlPath(example))}.git
cd ${escape(example.split('/').at(-1) ?? example)}
git push origin HEAD</pre>
${isOpen ? '' : '<p>Git asks for a user name and a password.</p>'}
<h2>Repositories</h2>
${repositoryList(ids, origin)}
<h2>More</h2>
<ul>
<li><a href="/openapi.json">OpenAPI document</a> of the REST interface</li>
<li><a href="/health">Health</a></li>
${metrics}
<li><a href="https://github.com/caiatech/govc">Documentation</a></li>
</ul>
</main>
</body>
</html>
`;
}

function repositoryList(ids: readonly string[] | undefined, origin: string): string {
  if (ids === undefined) return '<p>Sign in to see them.</p>';
  if (ids.length === 0) return '<p>There is none yet.</p>';
  const items = ids.slice(0, LISTED_MAX).map((id) => `<li><code>${escape(`${origin}/${urlPath(id)}.git`)}</code></li>`);
  const more = ids.length > LISTED_MAX ? `<p>And ${ids.length - LISTED_MAX} more.</p>` : '';
  return `<ul>\n${items.join('\n')}\n</ul>\n${more}`;
}

function urlPath(id: string): string {
  return id.split('/').map(encodeURIComponent).join('/');
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}
