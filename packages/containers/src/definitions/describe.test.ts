import { describe, expect, it } from '@jest/globals';

import { dependenciesOf, describeDefinition, metadataOf, typeOfDefinition } from './describe.js';

const problem = (code: string, line: number) => expect.objectContaining({ code, data: expect.objectContaining({ line }) });
const read = (text: string, type: Parameters<typeof describeDefinition>[1], path = 'deploy/x') => {
  const described = describeDefinition(text, type);
  return { described, metadata: metadataOf(described, text), dependencies: dependenciesOf(described, path) };
};

describe('definitions', () => {
  it('are known by their names, and manifests by what is in them', () => {
    const types = (paths: readonly string[], text = '') => paths.map((path) => typeOfDefinition(path, () => text));
    expect(types(['Govcfile', 'a/Govcfile.dev', 'web.govcfile', 'Dockerfile', 'Containerfile', 'x/api.Dockerfile'])).toEqual(['govcfile', 'govcfile', 'govcfile', 'dockerfile', 'dockerfile', 'dockerfile']);
    expect(types(['govc-compose.yml', 'compose.yaml', 'docker-compose.prod.yml', 'chart/Chart.yaml'])).toEqual(['govc-compose', 'compose', 'compose', 'helm']);
    expect(types(['k8s/app.yaml', 'chart/templates/app.yaml', 'README.md'], 'apiVersion: v1\nkind: Pod\n')).toEqual(['kubernetes', undefined, undefined]);
    expect(types(['k8s/app.yaml', 'Dockerfile.md', 'Dockerfile.dockerignore'], 'a: 1\n')).toEqual([undefined, undefined, undefined]);
  });

  it('tell of Govcfiles and Dockerfiles', () => {
    expect(read('@name=web\n@version=1\nBASE node:20 AS one\nBASE scratch\nCOPY --from=one /a /b\nCOPY --from=tools:1 /c /d\n', 'govcfile')).toMatchObject({
      metadata: { name: 'web', version: '1' }, dependencies: ['node:20', 'tools:1'],
    });
    expect(read('# @name=api\n# other\nFROM alpine\n# @late=1\nRUN x\n', 'dockerfile')).toMatchObject({ metadata: { name: 'api' }, dependencies: ['alpine'] });
    expect(() => read('BASE a\nNOPE\n', 'govcfile')).toThrow(problem('instruction-unknown', 2));
  });

  it('tell of compose files, with the contexts and files of their builds', () => {
    const text = 'services:\n  web:\n    build: ../web\n    depends_on: [db]\n  api:\n    image: api:1\n    build:\n      context: .\n      dockerfile: api.Dockerfile\n      args: [A=1, B=x=y]\n    depends_on:\n      db: {condition: service_started}\n  db:\n    image: postgres:16\n';
    const { described, metadata, dependencies } = read(text, 'compose', 'deploy/compose.yml');
    expect(metadata).toEqual({ services: 'web,api,db' });
    expect(dependencies).toEqual(['web/', 'web/Dockerfile', 'deploy/', 'deploy/api.Dockerfile', 'postgres:16']);
    expect(described).toMatchObject({ services: [{ name: 'web', line: 3, dependsOn: ['db'] }, { build: { args: new Map([['A', '1'], ['B', 'x=y']]) } }, { image: 'postgres:16' }] });
    expect(read('services:\n  a:\n    build: ../../out\n', 'compose', 'deploy/compose.yml').dependencies).toEqual([]);
    expect(read('services: {a: {build: .}}\n', 'compose', 'compose.yml').dependencies).toEqual(['./', 'Dockerfile']);
    expect(() => read('services:\n  web:\n    ports: []\n', 'compose')).toThrow(problem('definition-invalid', 3));
    expect(() => read('services:\n  web:\n    image: x\n    depends_on:\n      - nothing\n', 'compose')).toThrow(problem('definition-invalid', 5));
    expect(() => read('version: 3\n', 'compose')).toThrow(problem('definition-invalid', 1));
  });

  it('tell of manifests with several documents', () => {
    const text = 'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  template:\n    spec:\n      initContainers: [{image: "init:1"}]\n      containers:\n        - image: web:2\n---\n---\napiVersion: v1\nkind: List\nitems:\n  - apiVersion: v1\n    kind: Service\n    metadata: {name: svc}\n';
    const { described, metadata, dependencies } = read(text, 'kubernetes');
    expect(metadata).toEqual({ resources: 'Deployment/web,Service/svc' });
    expect([...dependencies].sort()).toEqual(['init:1', 'web:2']);
    expect(described).toMatchObject({ resources: [{ line: 1 }, { line: 15 }] });
    expect(() => read('apiVersion: v1\nkind: Pod\nmetadata:\n  labels: {}\n', 'kubernetes')).toThrow(problem('definition-invalid', 4));
    expect(() => read('apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n---\na: [\n', 'kubernetes')).toThrow(expect.objectContaining({ code: 'yaml-invalid' }));
  });

  it('tell of charts', () => {
    const text = 'apiVersion: v2\nname: web\nversion: 1.2.3\nappVersion: "7"\ndependencies:\n  - name: db\n    version: 1.x\n    repository: https://charts.example.com\n  - name: lib\n    repository: file://../lib\n';
    expect(read(text, 'helm', 'charts/web/Chart.yaml')).toMatchObject({
      metadata: { name: 'web', version: '1.2.3', appVersion: '7' }, dependencies: ['https://charts.example.com/db:1.x', 'charts/lib/Chart.yaml'],
    });
    expect(() => read('apiVersion: v2\nname: web\n', 'helm')).toThrow(problem('definition-invalid', 1));
  });

  it('refuse YAML that is made to hurt', () => {
    const bomb = ['a: &a [x,x,x,x,x,x,x,x,x,x]', ...'bcdefgh'.split('').map((name, index) => `${name}: &${name} [${Array(10).fill(`*${'abcdefg'[index]!}`).join(',')}]`)].join('\n');
    for (const text of [bomb, '['.repeat(100_000), `${'- '.repeat(5000)}a`, 'a: {'.repeat(2000), 'a: *b\n', 'a: 1\na: 2\n']) {
      expect(() => describeDefinition(text, 'kubernetes')).toThrow(expect.objectContaining({ name: 'ContainersError' }));
    }
  });
});
