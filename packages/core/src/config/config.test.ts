import { describe, expect, it } from '@jest/globals';
import { bytesFromText } from '../bytes/text.js';
import { Config } from './config.js';
import { parseConfig } from './parse-config.js';

const parse = (text: string) => parseConfig(bytesFromText(text), 'file');
const config = Config.from(
  parse('[core]\n bare = false\n big = 2k\n[remote "A"]\n url = one\n'),
  parse('[core]\n bare\n oct = 010\n bad = maybe\n path = ~/x\n[remote "A"]\n url = two\n[remote "b"]\n url\n'),
);

describe('Config', () => {
  it('lets the last value win, across layers', () => {
    expect(config.get('remote.A.url')).toBe('two');
    expect(config.get('REMOTE.A.URL')).toBe('two');
    expect(config.get('remote.a.url')).toBeUndefined();
    expect(config.getAll('remote.A.url')).toEqual(['one', 'two']);
    expect(config.with(parse('[remote "A"]\nurl=three')).get('remote.A.url')).toBe('three');
    expect(config.get('remote.A.url')).toBe('two');
    expect(Config.empty.getAll('a.b')).toEqual([]);
  });

  it('reads a key without "=" as true and as no text', () => {
    expect(config.getBool('core.bare', false)).toBe(true);
    expect(config.get('core.bare')).toBe('');
    expect(config.find('remote.b.url')?.value).toBeUndefined();
    expect(config.has('remote.c.url')).toBe(false);
  });

  it('reads integers with units, in a range', () => {
    expect(config.getInt('core.big', 0)).toBe(2048);
    expect(config.getInt('core.oct', 0)).toBe(8);
    expect(config.getInt('core.none', 7)).toBe(7);
    expect(config.getInt('core.big', 0, { max: 2048 })).toBe(2048);
    expect(() => config.getInt('core.big', 0, { max: 2047 })).toThrow(
      expect.objectContaining({ code: 'config-invalid', data: { name: 'core.big', value: '2k', origin: 'file', line: 3 } }),
    );
    expect(() => config.getInt('core.bare', 0)).toThrow(expect.objectContaining({ code: 'config-invalid' }));
  });

  it('refuses values of another type and malformed names', () => {
    expect(() => config.getBool('core.bad', false)).toThrow(expect.objectContaining({ code: 'config-invalid' }));
    for (const name of ['core', '.key', 'core.', 'c ore.key', 'core.1key', 'core.a\nb.key']) {
      expect(() => config.get(name)).toThrow(expect.objectContaining({ code: 'config-invalid', data: { name } }));
    }
  });

  it('expands the home directory in paths', () => {
    expect(config.getPath('core.path', '/home/x')).toBe('/home/x/x');
    expect(config.getPath('core.none', undefined)).toBeUndefined();
    expect(() => config.getPath('core.path', undefined)).toThrow(expect.objectContaining({ code: 'config-invalid' }));
  });

  it('lists entries and subsections', () => {
    expect(config.entries('remote.A.').map((entry) => entry.value)).toEqual(['one', 'two']);
    expect(config.entries()).toHaveLength(9);
    expect(config.subsections('Remote')).toEqual(['A', 'b']);
  });

  it('finds the value that fits a URL best', () => {
    const http = Config.from(parse(
      '[http]\n proxy = none\n header = all\n[http "https://*.example.com"]\n proxy = star\n[http "https://a.example.com/x"]\n proxy = x\n header = x\n[http "https://me@a.example.com"]\n header = me\n',
    ));
    expect(http.getUrlMatch('http.proxy', 'https://a.example.com/x/y')).toBe('x');
    expect(http.getUrlMatch('http.proxy', 'https://b.example.com/')).toBe('star');
    expect(http.getUrlMatch('http.proxy', 'http://b.example.com/')).toBe('none');
    expect(http.getUrlMatches('http.header', 'https://me@a.example.com/x')).toEqual(['all', 'x']);
    expect(http.getUrlMatch('http.none', 'https://a.example.com')).toBeUndefined();
    expect(() => http.getUrlMatch('http.proxy', 'nonsense')).toThrow(expect.objectContaining({ code: 'config-invalid' }));
  });
});
