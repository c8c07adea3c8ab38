import { describe, expect, it } from '@jest/globals';
import { bytesFromText, textFromBytes } from '../bytes/text.js';
import { addConfigValue, replaceConfigValues, setConfigValue, unsetConfigValue, unsetConfigValues } from './edit-config.js';
import { removeConfigSection, renameConfigSection } from './edit-section.js';

const FILE = bytesFromText('# top\n[core]\n\tbare = true ; c\n[remote "o"]\n\turl = a\n\turl = b\n\n[user]\n\tname = N\n');
const text = (bytes: Uint8Array | undefined): string | undefined => (bytes === undefined ? undefined : textFromBytes(bytes));

describe('editing a configuration file', () => {
  it('replaces a value where it stands', () => {
    expect(text(setConfigValue(FILE, 'core.bare', 'false'))).toBe(text(FILE)!.replace('bare = true ; c', 'bare = false'));
  });

  it('adds to the last section of that name, or makes one', () => {
    expect(text(setConfigValue(FILE, 'core.Editor', 'vi'))).toBe(text(FILE)!.replace('; c\n', '; c\n\tEditor = vi\n'));
    expect(text(setConfigValue(FILE, 'a.B"\\.c', 'x'))).toBe(`${text(FILE)!}[a "B\\"\\\\"]\n\tc = x\n`);
    expect(text(setConfigValue(new Uint8Array(), 'New.Key', ' #'))).toBe('[New]\n\tKey = " #"\n');
  });

  it('adds, replaces and removes several values', () => {
    expect(text(addConfigValue(FILE, 'remote.o.url', 'c'))).toBe(text(FILE)!.replace('= b\n', '= b\n\turl = c\n'));
    expect(text(replaceConfigValues(FILE, 'remote.o.url', 'c'))).toBe(text(FILE)!.replace('\turl = a\n', '').replace('= b', '= c'));
    expect(text(unsetConfigValues(FILE, 'remote.o.url'))).toBe('# top\n[core]\n\tbare = true ; c\n[user]\n\tname = N\n');
  });

  it('edits only values that are accepted', () => {
    const accepts = (value: string | undefined): boolean => value === 'a';
    expect(text(setConfigValue(FILE, 'remote.o.url', 'z', { accepts }))).toBe(text(FILE)!.replace('= a', '= z'));
    expect(text(unsetConfigValue(FILE, 'remote.o.url', { accepts }))).toBe(text(FILE)!.replace('\turl = a\n', ''));
    expect(unsetConfigValue(FILE, 'core.bare', { accepts })).toBeUndefined();
  });

  it('refuses to choose between several values', () => {
    for (const edit of [() => setConfigValue(FILE, 'remote.o.url', 'c'), () => unsetConfigValue(FILE, 'remote.o.url')]) {
      expect(edit).toThrow(expect.objectContaining({ code: 'config-invalid', data: { name: 'remote.o.url', count: 2 } }));
    }
  });

  it('quotes a carriage return so that it is read back', () => {
    expect(text(setConfigValue(new Uint8Array(), 'a.b', 'x\r'))).toBe('[a]\n\tb = "x\r"\n');
  });

  it('does not let a backslash at the end of the file swallow what is added', () => {
    expect(text(setConfigValue(bytesFromText('[a]\nk = x\\'), 'b.c', 'y'))).toBe('[a]\nk = x\\\n\n[b]\n\tc = y\n');
    expect(text(setConfigValue(bytesFromText('[a]\nk = x\\\n'), 'b.c', 'y'))).toBe('[a]\nk = x\\\n\n[b]\n\tc = y\n');
    expect(text(setConfigValue(bytesFromText('[a]\nk = x # \\\n'), 'b.c', 'y'))).toBe('[a]\nk = x # \\\n[b]\n\tc = y\n');
    expect(text(setConfigValue(bytesFromText('[a]\nk = x\\\\'), 'b.c', 'y'))).toBe('[a]\nk = x\\\\\n[b]\n\tc = y\n');
  });

  it('renames and removes sections', () => {
    expect(text(renameConfigSection(FILE, 'remote.o', 'remote.P q'))).toBe(text(FILE)!.replace('"o"', '"P q"'));
    expect(text(removeConfigSection(FILE, 'remote.o'))).toBe('# top\n[core]\n\tbare = true ; c\n[user]\n\tname = N\n');
    expect(renameConfigSection(FILE, 'none', 'x')).toBeUndefined();
    expect(() => renameConfigSection(FILE, 'core', 'a b')).toThrow(expect.objectContaining({ code: 'config-invalid' }));
  });

  it('edits no section beside a line that Git finds too long', () => {
    const line = (size: number): Uint8Array => bytesFromText(`[a]\n${'#'.repeat(size - 1)}\n`);
    expect(removeConfigSection(line(512 * 1024 - 1), 'a')).toEqual(new Uint8Array());
    expect(() => removeConfigSection(line(512 * 1024), 'a')).toThrow(expect.objectContaining({ code: 'config-invalid' }));
  });
});
