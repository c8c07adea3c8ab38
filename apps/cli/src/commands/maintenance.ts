import type { Command } from '../command.js';
import type { Context } from '../context.js';
import { die, Failure } from '../failure.js';
import { flag, value, type Option } from '../options/option.js';
import { parseOptions } from '../options/parse-options.js';
import { usageError, usageText } from '../options/usage.js';
import { writeText } from '../print/output.js';
import type { Session } from '../session/session.js';
import { collectGarbage } from './gc.js';

const USAGE = ['git maintenance <subcommand> [<options>]'];
const RUN_USAGE = ['git maintenance run [--auto] [--[no-]quiet] [--task=<task>] [--schedule]'];
const REGISTER_USAGE = ['git maintenance register [--config-file <path>]'];
const UNREGISTER_USAGE = ['git maintenance unregister [--config-file <path>] [--force]'];

/** In the order in which they are run where nobody chose one. */
const TASKS = ['prefetch', 'loose-objects', 'incremental-repack', 'gc', 'commit-graph', 'pack-refs'] as const;
type Task = (typeof TASKS)[number];
/** How often, the rarest first. */
const FREQUENCIES = ['none', 'weekly', 'daily', 'hourly'];
/** `maintenance.strategy = incremental`: git-maintenance(1). */
const INCREMENTAL: Readonly<Record<Task, string>> = {
  prefetch: 'hourly', 'loose-objects': 'daily', 'incremental-repack': 'daily', gc: 'none', 'commit-graph': 'hourly', 'pack-refs': 'weekly',
};

interface RunRequest {
  auto: boolean;
  quiet: boolean;
  schedule: string | undefined;
  readonly tasks: Task[];
}

/** `git maintenance`: runs tasks, and says which repositories are to be maintained. */
export const maintenanceCommand: Command = (args, context) => {
  const [name, ...rest] = args;
  switch (name) {
    case 'run': return runTasks(rest, context);
    case 'register': return register(rest, context);
    case 'unregister': return unregister(rest, context);
    case 'start': case 'stop':
      return die(`no scheduler of this system is known here; let one run 'git maintenance run --schedule=<frequency>', and see 'git maintenance ${name === 'start' ? 'register' : 'unregister'}'`);
    case undefined:
      return usageError(usageText(USAGE, []), 'need a subcommand');
    default:
      if (name === '-h') {
        context.io.stdout.write(usageText(USAGE, []));
        return Promise.resolve(129);
      }
      return usageError(usageText(USAGE, []), name.startsWith('-') ? `unknown option \`${name.replace(/^-+/, '')}'` : `unknown subcommand: \`${name}'`);
  }
};

async function runTasks(args: readonly string[], context: Context): Promise<number> {
  const request: RunRequest = { auto: false, quiet: false, schedule: undefined, tasks: [] };
  const options = runOptions(request);
  const rest = parseOptions(args, { io: context.io, usage: RUN_USAGE, options });
  if (request.auto && request.schedule !== undefined) die('use at most one of --auto and --schedule=<frequency>');
  if (rest.length > 0) usageError(usageText(RUN_USAGE, options));
  const session = await context.session();
  const chosen = request.tasks.length > 0 ? request.tasks : TASKS.filter((task) => isWanted(session, task, request.schedule));
  let exitCode = 0;
  for (const task of chosen) {
    if (await runTask(context, { session, task, request }) === 0) continue;
    writeText(context.io.stderr, `error: task '${task}' failed\n`);
    exitCode = 1;
  }
  return exitCode;
}

function runOptions(request: RunRequest): Option[] {
  return [
    flag('auto', 'run tasks based on the state of the repository', (isOn) => { request.auto = isOn; }),
    value('schedule', 'frequency', 'run tasks based on frequency', (text) => {
      if (text !== undefined && !FREQUENCIES.slice(1).includes(text)) die(`unrecognized --schedule argument '${text}'`);
      request.schedule = text;
    }),
    flag('quiet', 'do not report progress or other information over stderr', (isOn) => { request.quiet = isOn; }),
    value('task', 'task', 'run a specific task', (text) => {
      const task = TASKS.find((each) => each === text?.toLowerCase());
      if (task === undefined) throw new Failure(`error: '${text ?? ''}' is not a valid task\n`, 129);
      if (request.tasks.includes(task)) throw new Failure(`error: task '${text!}' cannot be selected multiple times\n`, 129);
      request.tasks.push(task);
    }, { canNegate: false }),
  ];
}

function isWanted({ config }: Session, task: Task, schedule: string | undefined): boolean {
  const isIncremental = schedule !== undefined && config.get('maintenance.strategy') === 'incremental';
  const isEnabled = config.findBool(`maintenance.${task}.enabled`) ?? (isIncremental || task === 'gc');
  if (!isEnabled) return false;
  if (schedule === undefined) return true;
  const own = config.get(`maintenance.${task}.schedule`) ?? (isIncremental ? INCREMENTAL[task] : 'none');
  return FREQUENCIES.indexOf(own) >= FREQUENCIES.indexOf(schedule);
}

async function runTask(
  context: Context, { session, task, request }: { readonly session: Session; readonly task: Task; readonly request: RunRequest },
): Promise<number> {
  const { repository } = session;
  const needs = request.auto ? repository.findMaintenanceNeed() : undefined;
  if (task === 'gc') return collectGarbage(context, { quiet: request.quiet, auto: request.auto, prune: undefined });
  if (needs?.length === 0) return 0;
  switch (task) {
    case 'prefetch': return prefetch(context, session);
    case 'pack-refs': return context.run(['pack-refs', '--all', '--prune']);
    case 'commit-graph': return finished(await repository.maintenance({ tasks: ['commit-graph'] }));
    // With a factor of one no pack is joined with another: only loose objects are packed.
    case 'loose-objects': return finished(await repository.maintenance({ tasks: ['repack'], geometricFactor: 1 }));
    case 'incremental-repack': return finished(await repository.maintenance({ tasks: ['repack', 'multi-pack-index'] }));
  }
}

function finished({ isBusy }: { readonly isBusy: boolean }): number {
  return isBusy ? 1 : 0;
}

/** Fetches what remotes have into refs that nobody sees, so that the next fetch has less to do. */
async function prefetch(context: Context, { config }: Session): Promise<number> {
  const names = new Set(config.entries('remote').flatMap(({ subsection }) => (subsection === undefined ? [] : [subsection])));
  let exitCode = 0;
  for (const name of names) {
    if (config.getBool(`remote.${name}.skipfetchall`, false)) continue;
    const specs = config.getAll(`remote.${name}.fetch`).filter((spec) => !spec.startsWith('^')).map(prefetchSpec);
    if (specs.length === 0) continue;
    const code = await context.run(['fetch', '--prune', '--no-tags', '--no-write-fetch-head', '--quiet', name, ...specs]);
    if (code !== 0) exitCode = 1;
  }
  return exitCode;
}

/** `+refs/heads/*:refs/remotes/origin/*` brings `+refs/heads/*:refs/prefetch/remotes/origin/*`. */
function prefetchSpec(spec: string): string {
  const [source = '', target = source] = spec.replace(/^\+/, '').split(':');
  return `+${source}:refs/prefetch/${target.replace(/^refs\//, '')}`;
}

async function register(args: readonly string[], context: Context): Promise<number> {
  const seen: { file: string | undefined } = { file: undefined };
  const options = [value('config-file', 'file', 'use given config file', (text) => { seen.file = text; })];
  if (parseOptions(args, { io: context.io, usage: REGISTER_USAGE, options }).length > 0) usageError(usageText(REGISTER_USAGE, options));
  const session = await context.session();
  const path = maintainedPath(session);
  const steps = [['config', 'maintenance.auto', 'false']];
  if (session.config.get('maintenance.strategy') === undefined) steps.push(['config', 'maintenance.strategy', 'incremental']);
  if (!session.config.getAll('maintenance.repo').includes(path)) steps.push(['config', ...fileOf(seen.file), '--add', 'maintenance.repo', path]);
  for (const step of steps) if (await context.run(step) !== 0) return 1;
  return 0;
}

async function unregister(args: readonly string[], context: Context): Promise<number> {
  const seen: { file: string | undefined; isForced: boolean } = { file: undefined, isForced: false };
  const options = [
    value('config-file', 'file', 'use given config file', (text) => { seen.file = text; }),
    flag('f|force', 'return success even if repository was not registered', (isOn) => { seen.isForced = isOn; }),
  ];
  if (parseOptions(args, { io: context.io, usage: UNREGISTER_USAGE, options }).length > 0) usageError(usageText(UNREGISTER_USAGE, options));
  const session = await context.session();
  const path = maintainedPath(session);
  if (seen.file === undefined && !session.config.getAll('maintenance.repo').includes(path)) {
    return seen.isForced ? 0 : die(`repository '${path}' is not registered`);
  }
  const code = await context.run(['config', ...fileOf(seen.file), '--unset', '--fixed-value', 'maintenance.repo', path]);
  if (code === 0 || seen.isForced) return 0;
  return die(`repository '${path}' is not registered`);
}

function fileOf(file: string | undefined): string[] {
  return file === undefined ? ['--global'] : ['--file', file];
}

function maintainedPath(session: Session): string {
  return session.worktreePath ?? session.gitDirectory;
}
