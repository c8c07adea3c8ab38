// Does what the README promises to someone who has only Node and npm: clones this repository into an empty folder with an
// empty npm cache, runs `npm start`, and pastes the README's tour into another terminal.
//
//   node tools/acceptance/dist/fresh-clone.js [--port 8080]
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { git, run } from './programs.js';
import { mustEqual, Report } from './report.js';

const root = join(dirname(fileURLToPath(import.meta.url)), '../../..');
const report = new Report('fresh clone');
// The name has spaces on purpose.
const work = mkdtempSync(join(tmpdir(), 'govc fresh clone '));
const clone = join(work, 'govc');
const home = join(work, 'home');
mkdirSync(home);

/** The commands of the fenced bash blocks below a heading, with the one that starts the server left out. */
function tourOf(markdown: string, heading: string): string {
  const section = markdown.split(/^## /m).find((part) => part.startsWith(heading)) ?? '';
  const blocks = [...section.matchAll(/```bash\n([^]*?)```/g)].map((match) => match[1]!);
  return blocks.filter((block) => !block.includes('npm start')).join('\n');
}

/** The environment of a person with nothing set up. */
const environment: Record<string, string> = {
  PATH: process.env['PATH'] ?? '', HOME: home, npm_config_cache: join(work, 'npm-cache'), XDG_CACHE_HOME: join(work, 'cache'),
  XDG_DATA_HOME: join(work, 'data'), CI: 'true',
  ...(process.env['npm_config_registry'] === undefined ? {} : { npm_config_registry: process.env['npm_config_registry'] }),
};
for (const [name, value] of Object.entries(process.env)) {
  // What this machine needs to reach the registry at all.
  if (/^(https?_proxy|no_proxy|node_extra_ca_certs|npm_config_(userconfig|globalconfig|registry|proxy|https_proxy|cafile))$/i.test(name) && value !== undefined) {
    environment[name] = value;
  }
}

let server: ReturnType<typeof spawn> | undefined;
try {
  await git('/', ['clone', '-q', root, clone]);
  await report.check('npm start installs, builds and listens on http://127.0.0.1:8080', async () => {
    server = spawn('npm', ['start'], { cwd: clone, env: environment, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    let said = '';
    await new Promise<void>((resolve, reject) => {
      const look = (chunk: Buffer): void => {
        said += chunk.toString();
        if (said.includes('http://127.0.0.1:8080')) resolve();
      };
      server!.stdout!.on('data', look);
      server!.stderr!.on('data', look);
      server!.on('exit', (code) => {
        reject(new Error(`npm start ended with ${code}: ${said.slice(-3000)}`));
      });
    });
    return undefined;
  });
  await report.check('the tour of the README works pasted as it stands', async () => {
    const tour = tourOf(readFileSync(join(clone, 'README.md'), 'utf8'), 'Two minutes');
    if (!tour.includes('git clone')) throw new Error('the README has no tour');
    const place = join(work, 'tour');
    mkdirSync(place);
    const { code, stdout, stderr } = await run('bash', ['-e', '-c', tour], { cwd: place, env: { HOME: home } });
    if (code !== 0) throw new Error(`${stdout}\n${stderr}`);
    if (!stdout.includes('Add a readme')) throw new Error(`the API does not show the pushed commit: ${stdout}`);
    mustEqual(readFileSync(join(place, 'my-repo', 'main.go'), 'utf8'), 'package main\n\nfunc main() {}', 'main.go');
    return undefined;
  });
  await report.check('the home page says what this is and how to clone', async () => {
    const response = await fetch('http://127.0.0.1:8080/');
    const text = await response.text();
    if (response.status !== 200 || !text.includes('git clone')) throw new Error(text.slice(0, 500));
    return undefined;
  });
  await report.check('metrics and health answer', async () => {
    for (const path of ['/health', '/health/live', '/health/ready', '/metrics', '/version']) {
      const { status } = await fetch(`http://127.0.0.1:8080${path}`);
      if (status !== 200) throw new Error(`${path} gave ${status}`);
    }
    return undefined;
  });
  await report.check('the server ends when it is asked to', async () => {
    const ended = new Promise<void>((resolve) => {
      server!.on('exit', () => {
        resolve();
      });
    });
    // As Ctrl-C does in a terminal: to the whole group.
    process.kill(-server!.pid!, 'SIGINT');
    await ended;
    return undefined;
  });
} finally {
  if (server?.exitCode === null && server.signalCode === null) process.kill(-server.pid!, 'SIGKILL');
  rmSync(work, { recursive: true, force: true });
}
report.finish();
