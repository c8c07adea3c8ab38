import { describe, expect, it } from '@jest/globals';
import { bytesFromText } from '../bytes/text.js';
import { flag, formatCapabilities, parseCapabilities, sanitizeAgent, splitCapabilities } from './capabilities.js';

describe('capabilities', () => {
  it('are words with or without a value, of which some repeat', () => {
    const list = parseCapabilities(' multi_ack symref=HEAD:refs/heads/main symref=B:refs/heads/c agent=git/2.39.5 x= ');
    expect(list.has('multi_ack')).toBe(true);
    expect(list.has('multi')).toBe(false);
    expect(list.value('multi_ack')).toBeUndefined();
    expect(list.value('agent')).toBe('git/2.39.5');
    expect(list.value('x')).toBe('');
    expect(list.values('symref')).toEqual(['HEAD:refs/heads/main', 'B:refs/heads/c']);
    expect(formatCapabilities(list.list)).toBe('multi_ack symref=HEAD:refs/heads/main symref=B:refs/heads/c agent=git/2.39.5 x=');
    expect(flag('ofs-delta')).toEqual({ name: 'ofs-delta', value: undefined });
  });

  it('follow a NUL on the first line', () => {
    const { line, capabilities } = splitCapabilities(bytesFromText('abc\0 report-status atomic\n'));
    expect(line).toEqual(bytesFromText('abc'));
    expect(capabilities?.list.map(({ name }) => name)).toEqual(['report-status', 'atomic']);
    expect(splitCapabilities(bytesFromText('abc\n')).capabilities).toBeUndefined();
  });

  it('hold an agent without spaces and control characters', () => {
    expect(sanitizeAgent(' my server/1.0\n(x) ')).toBe('my.server/1.0.(x)');
  });
});
