// A page of another site uses the client in a real browser: signing in, writing, being refused, and hearing of events, across origins.
//
//   node tools/acceptance/dist/browser.js
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { mustEqual, Report } from './report.js';
import { startServer } from './server.js';

const CLIENT = join(dirname(fileURLToPath(import.meta.url)), '../../../packages/client/dist');
const PASSWORD = 'a-password-for-browsers';
const PATIENCE_MS = 120_000;

/** What the page finds out, a line each. It ends when the change that it makes has come back as an event. */
const PROGRAM = `
import { GovcClient } from '/client/index.js';
const lines = [];
try {
  const client = new GovcClient({ url: document.body.dataset.url });
  const { user } = await client.auth.login({ username: 'admin', password: '${PASSWORD}' });
  lines.push('signed in as ' + user.username);
  await client.repos.create({ id: 'page', memory_only: true });
  await client.files.put('page', 'a.txt', { content: 'from a page', message: 'One' });
  lines.push('repositories: ' + (await client.repos.list().toArray()).map(({ id }) => id));
  lines.push('content: ' + (await client.files.get('page', 'a.txt')).content);
  await client.repos.get('nosuch').catch((error) => lines.push('refused: ' + error.status + ' ' + error.code));
  const { stream } = await client.files.raw('page', 'a.txt');
  lines.push('bytes: ' + await new Response(stream).text());
  let number = 0;
  const timer = setInterval(() => client.files.put('page', 'b.txt', { content: String(number++), message: 'Again' }).catch(() => undefined), 500);
  for await (const event of client.events.follow('page')) {
    lines.push('event: ' + event.type);
    break;
  }
  clearInterval(timer);
} catch (error) {
  lines.push('failed: ' + error.stack);
}
await fetch('/found', { method: 'POST', body: lines.join('\\n') });
`;

const report = new Report('browser');
await report.check('a page of another site uses the client', async () => {
  let answer: (text: string) => void = () => undefined;
  const found = new Promise<string>((resolve) => { answer = resolve; });
  let api = '';
  const pages = createServer((request, response) => {
    const path = request.url ?? '/';
    if (path === '/found') {
      let text = '';
      request.setEncoding('utf8').on('data', (piece: string) => { text += piece; }).on('end', () => answer(text));
      response.end();
    } else if (/^\/client\/[\w-]+\.js$/.test(path)) {
      response.setHeader('content-type', 'text/javascript').end(readFileSync(join(CLIENT, path.slice('/client/'.length))));
    } else if (path === '/') {
      response.setHeader('content-type', 'text/html').end(`<!doctype html><body data-url="${api}"><script type="module">${PROGRAM}</script>`);
    } else {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => { pages.listen(0, '127.0.0.1', resolve); });
  const origin = `http://127.0.0.1:${(pages.address() as AddressInfo).port}`;
  const server = await startServer([], {
    GOVC_CORS_ENABLED: 'true', GOVC_CORS_ORIGINS: origin, GOVC_JWT_SECRET: 'a secret of a test, which is long enough', GOVC_ADMIN_PASSWORD: PASSWORD,
  });
  api = server.url;
  const profile = mkdtempSync(join(tmpdir(), 'govc-browser-'));
  const browser = spawn('chromium', ['--headless=new', '--no-sandbox', '--disable-gpu', `--user-data-dir=${profile}`, origin], { stdio: 'ignore' });
  const failed = new Promise<never>((_, reject) => {
    browser.once('error', reject);
    setTimeout(() => reject(new Error('The page does not answer.')), PATIENCE_MS).unref();
  });
  try {
    mustEqual(await Promise.race([found, failed]),
      'signed in as admin\nrepositories: page\ncontent: from a page\nrefused: 404 REPO_NOT_FOUND\nbytes: from a page\nevent: push', 'what the page finds');
  } finally {
    const ended = new Promise((resolve) => browser.once('exit', resolve));
    if (browser.kill()) await ended;
    await server.stop();
    pages.closeAllConnections();
    pages.close();
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  }
  return undefined;
});
report.finish();
