import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { bytesFromLosslessText } from '../bytes/lossless-text.js';
import { bytesFromText } from '../bytes/text.js';
import { hasCode } from '../errors.js';
import { Config } from './config.js';
import { formatConfigName, parseConfigName } from './config-name.js';
import { addConfigValue, replaceConfigValues, setConfigValue, unsetConfigValues } from './edit-config.js';
import { parseConfig, scanConfig } from './parse-config.js';
import { serializeConfigEntry, serializeSectionHeader } from './serialize-config.js';

const soup = fc
  .array(fc.constantFrom('[', ']', '"', '\\', 'a', 'k', '=', ' ', '\t', '\n', '\r', '#', ';', '.', 'n', '-', '\0', '\xff', '[a]\n', '[a "b"]\n', 'k = v\n'), { maxLength: 40 })
  .map((parts) => new Uint8Array(Buffer.from(parts.join(''), 'latin1')));
const value = fc.string({ unit: fc.constantFrom('a', ' ', '\t', '\n', '\r', '"', '\\', '#', ';', 'é', '\b', '='), maxLength: 12 });
const name = fc
  .tuple(fc.constantFrom('a', 'B-1'), fc.option(fc.string({ unit: fc.constantFrom('x', 'Y', '.', '"', '\\', ' ', 'é', ']', '\t'), maxLength: 6 }), { nil: undefined }), fc.constantFrom('k', 'Key-2'))
  .map(([section, subsection, key]) => (subsection === undefined ? `${section}.${key}` : `${section}.${subsection}.${key}`));

describe('the config language', () => {
  it('refuses with config-invalid or reads, and its elements follow each other', () => {
    fc.assert(
      fc.property(soup, (bytes) => {
        try {
          const elements = scanConfig(bytes);
          elements.forEach((element, i) => {
            expect(element.end).toBe(elements[i + 1]?.begin ?? bytes.length);
            expect(element.end).toBeGreaterThan(element.begin);
          });
        } catch (error) {
          if (!hasCode(error, 'config-invalid')) throw error;
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('reads back what it writes', () => {
    fc.assert(
      fc.property(name, value, (text, wanted) => {
        const dot = text.lastIndexOf('.');
        const file = serializeSectionHeader(text.slice(0, dot)) + serializeConfigEntry(text.slice(dot + 1), wanted);
        expect(Config.from(parseConfig(bytesFromText(file))).getAll(text)).toEqual([wanted]);
      }),
      { numRuns: 1000 },
    );
  });

  it('edits so that the value asked for is read, and nothing else changes', () => {
    fc.assert(
      fc.property(soup, name, value, (bytes, text, wanted) => {
        let before: Config;
        try {
          before = Config.from(parseConfig(bytes));
        } catch (error) {
          if (!hasCode(error, 'config-invalid')) throw error;
          return;
        }
        const read = (file: Uint8Array): Config => Config.from(parseConfig(file));
        const wantedName = formatConfigName(parseConfigName(text));
        const others = (config: Config): unknown[] =>
          config
            .entries()
            .filter((entry) => formatConfigName(entry) !== wantedName)
            .map((entry) => [formatConfigName(entry), entry.value]);
        const added = read(addConfigValue(bytes, text, wanted));
        expect(added.get(text)).toBe(wanted);
        expect([...added.getAll(text)].sort()).toEqual([...before.getAll(text), wanted].sort());
        const replaced = read(replaceConfigValues(bytes, text, wanted));
        expect(replaced.getAll(text)).toEqual([wanted]);
        expect(others(replaced)).toEqual(others(before));
        if (before.getAll(text).length < 2) expect(read(setConfigValue(bytes, text, wanted)).getAll(text)).toEqual([wanted]);
        const removed = unsetConfigValues(bytes, text);
        expect(removed === undefined).toBe(!before.has(text));
        if (removed !== undefined) {
          expect(read(removed).has(text)).toBe(false);
          expect(others(read(removed))).toEqual(others(before));
        }
      }),
      { numRuns: 1500 },
    );
  });
});

it('writes lossless text as its bytes', () => {
  const bytes = setConfigValue(new Uint8Array(), 'a.\udcff.k', '\udce9');
  expect(bytes).toEqual(bytesFromLosslessText('[a "\udcff"]\n\tk = \udce9\n'));
  expect(Buffer.from(bytes).toString('latin1')).toBe('[a "\xff"]\n\tk = \xe9\n');
});
