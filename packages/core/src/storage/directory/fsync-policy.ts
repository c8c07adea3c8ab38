/** What is forced to the disk where the configuration says so: `core.fsync` (git-config). */
import { relative, sep } from 'node:path';
import type { Disk, NewFile } from './system-disk.js';

/** The parts of a repository that can be forced to the disk or not. */
export type FsyncComponent = 'loose-object' | 'pack' | 'pack-metadata' | 'commit-graph' | 'index' | 'reference';

const OBJECTS: readonly FsyncComponent[] = ['loose-object', 'pack'];
const METADATA: readonly FsyncComponent[] = ['pack-metadata', 'commit-graph'];
const COMMITTED: readonly FsyncComponent[] = [...OBJECTS, 'reference'];
const DEFAULT: readonly FsyncComponent[] = ['pack', ...METADATA];
const NAMES: Readonly<Record<string, readonly FsyncComponent[]>> = {
  'loose-object': ['loose-object'], 'pack': ['pack'], 'pack-metadata': ['pack-metadata'], 'commit-graph': ['commit-graph'],
  'index': ['index'], 'reference': ['reference'],
  'objects': OBJECTS, 'derived-metadata': METADATA, 'committed': COMMITTED, 'added': [...COMMITTED, 'index'],
  'default': DEFAULT, 'all': [...OBJECTS, ...METADATA, 'index', 'reference'],
};

/**
 * The components that a value of `core.fsync` names: those of Git's default, from which `none` begins anew and `-<name>` takes away.
 * Names that are not known are passed over, as Git does with a warning.
 */
export function parseFsyncComponents(value: string): ReadonlySet<FsyncComponent> {
  let start = DEFAULT;
  const added = new Set<FsyncComponent>();
  const removed = new Set<FsyncComponent>();
  for (const word of value.split(/[, ]/)) {
    if (word === 'none') {
      start = [];
      continue;
    }
    const isRemoved = word.startsWith('-');
    const name = isRemoved ? word.slice(1) : word;
    for (const component of Object.hasOwn(NAMES, name) ? NAMES[name]! : []) (isRemoved ? removed : added).add(component);
  }
  return new Set([...start.filter((component) => !removed.has(component)), ...added]);
}

/** Which component a file or folder of a repository belongs to. Configuration and logs go with the references. */
export function componentOf(root: string, path: string): FsyncComponent {
  const [top, ...rest] = relative(root, path).split(sep);
  if (top !== 'objects') return 'reference';
  const name = rest.at(-1) ?? '';
  if (rest[0]?.startsWith('tmp_objdir-') === true) rest.shift();
  if (rest[0] === 'info') return 'commit-graph';
  if (/^[0-9a-f]{2}$/.test(rest[0] ?? '')) return 'loose-object';
  if (/\.(?:idx|rev|bitmap|mtimes)$/.test(name) || name.startsWith('multi-pack-index')) return 'pack-metadata';
  return 'pack';
}

/**
 * A disk that forces to the disk what `core.fsync` names; everything where it is not set, which is what `durable` promises.
 *
 * @param value the present value of `core.fsync`
 */
export function diskUnderPolicy(disk: Disk, root: string, value: () => string | undefined): Disk {
  let known: { readonly value: string; readonly components: ReadonlySet<FsyncComponent> } | undefined;
  const isForced = (path: string): boolean => {
    const current = value();
    if (current === undefined) return true;
    if (known?.value !== current) known = { value: current, components: parseFsyncComponents(current) };
    return known.components.has(componentOf(root, path));
  };
  return {
    makeDirectory: (path) => {
      disk.makeDirectory(path);
    },
    makeUniqueDirectory: (prefix) => disk.makeUniqueDirectory(prefix),
    open: (path, flags, mode) => disk.open(path, flags, mode),
    write: (fd, bytes, start, position) => disk.write(fd, bytes, start, position),
    close: (fd) => {
      disk.close(fd);
    },
    create: async (path, mode): Promise<NewFile> => {
      const file = await disk.create(path, mode);
      return {
        writeFile: (bytes) => file.writeFile(bytes),
        sync: async () => {
          if (isForced(path)) await file.sync();
        },
        close: () => file.close(),
      };
    },
    sync: async (path) => {
      if (isForced(path)) await disk.sync(path);
    },
    link: (path, other) => {
      disk.link(path, other);
    },
    rename: (from, to) => {
      disk.rename(from, to);
    },
    unlink: (path) => {
      disk.unlink(path);
    },
    removeDirectory: (path) => {
      disk.removeDirectory(path);
    },
    setMode: (path, mode) => {
      disk.setMode(path, mode);
    },
    setTime: (path, timeMs) => {
      disk.setTime(path, timeMs);
    },
  };
}
