import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { recordType } from '@onward/contracts';
import { testStack } from '../../../../test/support/stack.js';
import { AvroRegistry, frame, RegistryUnavailable, SchemaRefused, UndecodableValue, ValueDecoder } from './index.js';

const stack = testStack();
const name = `Parcel${stack.unique('').replace(/[^A-Za-z0-9]/g, '')}`;
const topic = stack.unique('registry.test');
const field = (fieldName: string, type: unknown, rest: object = {}) => ({ name: fieldName, type, ...rest });
const parcel = (...fields: object[]) => recordType<Record<string, unknown>>({ type: 'record', name, namespace: 'onward.test', fields });
const first = parcel(field('id', 'string'), field('grams', 'int'));
const grown = parcel(field('id', 'string'), field('grams', 'int'), field('note', ['null', 'string'], { default: null }));
const open = () => new AvroRegistry({ url: stack.registryUrl, ...stack.registry });

describe('the registry', () => {
  it('reads what was written with an older and with a newer version of the schema', async () => {
    const registry = open();
    const old = (await registry.encoder(topic, first))({ id: 'a', grams: 1 });
    const young = (await open().encoder(topic, grown))({ id: 'b', grams: 2, note: 'x' });
    for (const [type, values] of [[grown, [{ id: 'a', grams: 1, note: null }, { id: 'b', grams: 2, note: 'x' }]], [first, [{ id: 'a', grams: 1 }, { id: 'b', grams: 2 }]]] as const) {
      const decoder = new ValueDecoder(open(), [type]);
      await decoder.prepare([old, young]);
      expect([old, young].map((bytes) => ({ ...(decoder.decode(bytes).value as object) }))).toEqual(values);
    }
  });

  it('sets a new subject to FULL_TRANSITIVE and refuses a schema that breaks it', async () => {
    await open().register(topic, first);
    const broken = parcel(field('id', 'string'), field('grams', 'string'));
    await expect(open().register(topic, broken)).rejects.toThrow(SchemaRefused);
    const needed = parcel(field('id', 'string'), field('grams', 'int'), field('needed', 'string'));
    await expect(open().register(topic, needed)).rejects.toThrow('FULL_TRANSITIVE');
  });

  it('says of each unreadable value why it is unreadable (I8)', async () => {
    const registry = open();
    const bytes = (await registry.encoder(topic, first))({ id: 'a', grams: 1 });
    const other = (await registry.encoder(topic, recordType({ type: 'record', name: `Other${name}`, namespace: 'onward.test', fields: [] })))({});
    const decoder = new ValueDecoder(registry, [first]);
    const unknownId = frame(2_000_000_000, Buffer.from('x'));
    await decoder.prepare([bytes, other, unknownId, null, Buffer.from('junk')]);
    const code = (value: Buffer | null): string => {
      try {
        decoder.decode(value);
        return 'READ';
      } catch (error) {
        return (error as { code: string }).code;
      }
    };
    expect(code(bytes)).toBe('READ');
    expect(code(null)).toBe('VALUE_MISSING');
    expect(code(Buffer.from('junk'))).toBe('NOT_REGISTRY_FRAMED');
    expect(code(unknownId)).toBe('UNKNOWN_SCHEMA_ID');
    expect(code(other)).toBe('UNEXPECTED_TYPE');
    for (let length = 5; length < bytes.length; length++) expect(code(bytes.subarray(0, length))).toBe('NOT_THIS_AVRO');
    expect(code(Buffer.concat([bytes, Buffer.from([0])]))).toBe('NOT_THIS_AVRO');
  });

  it.each([
    ['JSON', '{"$schema":"http://json-schema.org/draft-07/schema#","type":"object"}'],
    ['PROTOBUF', 'syntax = "proto3"; message Parcel { string id = 1; }'],
  ])('says definitely, once, that a %s schema is no Avro schema (I8)', async (schemaType, schema) => {
    const authorization = `Basic ${Buffer.from(`${stack.registry.username}:${stack.registry.password}`).toString('base64')}`;
    const headers = { authorization, 'content-type': 'application/vnd.schemaregistry.v1+json' };
    const subject = stack.unique('foreign');
    const registered = await fetch(`${stack.registryUrl}/subjects/${subject}/versions`, { method: 'POST', headers, body: JSON.stringify({ schemaType, schema }) });
    const { id } = (await registered.json()) as { id: number };
    const registry = open();
    const decoder = new ValueDecoder(registry, [first]);
    const value = frame(id, Buffer.from('{}'));
    await decoder.prepare([value]);
    expect(() => decoder.decode(value)).toThrow(expect.objectContaining({ code: 'NOT_AVRO_SCHEMA' }));
    await expect(registry.writerType(id)).rejects.toThrow(UndecodableValue);
  });

  describe('that gives no definite answer (R14)', () => {
    let server: Server;
    let answer: { status: number; body: string };
    let url: string;
    beforeAll(async () => {
      server = createServer((_, response) => response.writeHead(answer.status, { 'content-type': 'application/json' }).end(answer.body));
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/apis/ccompat/v7`;
    });
    afterAll(() => server.close());
    const value = frame(7, Buffer.from('x'));
    const ask = () => new ValueDecoder(new AvroRegistry({ url }), [first]).prepare([value]);

    it.each([
      [500, '{"error_code":50001}'],
      [503, ''],
      [401, '{"error_code":40101}'],
      [404, '<html>no such page</html>'],
      [404, '{"error_code":40401,"message":"Subject not found"}'],
      [200, '<html>welcome</html>'],
      [200, '{}'],
    ])('is asked again later after %d %s', async (status, body) => {
      answer = { status, body };
      await expect(ask()).rejects.toThrow(RegistryUnavailable);
    });

    it('is asked again later when it does not run', async () => {
      await expect(new ValueDecoder(new AvroRegistry({ url: 'http://127.0.0.1:1/none' }), [first]).prepare([frame(7, Buffer.from('x'))])).rejects.toThrow(RegistryUnavailable);
    });

    it.each(['{"type":"record"}', '{"type":"no such type"}', 'not even JSON'])('is believed when it has %s, which is no Avro schema', async (schema) => {
      answer = { status: 200, body: JSON.stringify({ schema }) };
      const decoder = new ValueDecoder(new AvroRegistry({ url }), [first]);
      await decoder.prepare([value]);
      expect(() => decoder.decode(value)).toThrow(expect.objectContaining({ code: 'NOT_AVRO_SCHEMA' }));
    });

    it.each([0, -1, -2_147_483_648])('is not asked for the id %d, which no schema has', async (id) => {
      answer = { status: 500, body: '' };
      const decoder = new ValueDecoder(new AvroRegistry({ url }), [first]);
      await decoder.prepare([frame(id, Buffer.from('x'))]);
      expect(() => decoder.decode(frame(id, Buffer.from('x')))).toThrow(expect.objectContaining({ code: 'UNKNOWN_SCHEMA_ID' }));
    });

    it('is believed when it says that there is no such id', async () => {
      answer = { status: 404, body: '{"error_code":40403,"message":"Schema not found"}' };
      await expect(ask()).resolves.toBeUndefined();
    });
  });
});
