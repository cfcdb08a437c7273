// biome-ignore-all lint/correctness/noNodejsModules: a script for Node, never part of a client
// Reads the JSON Schema definitions of the wire from standard input and writes TypeScript to standard output.
//
// Each definition is compiled alone, with every reference already turned into the name of the type it points to
// (`tsType`): so a type has exactly its Python name, and none comes out twice as Foo and Foo1.
import { stdin, stdout } from "node:process";
import { text } from "node:stream/consumers";
import { compile } from "json-schema-to-typescript";

const REFERENCE = "#/$defs/";

function named(schema) {
  if (Array.isArray(schema)) {
    return schema.map(named);
  }
  if (schema === null || typeof schema !== "object") {
    return schema;
  }
  if (typeof schema.$ref === "string") {
    const { $ref, ...rest } = schema;
    return { ...rest, tsType: $ref.slice(REFERENCE.length) };
  }
  return Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, named(value)]));
}

const { $defs } = JSON.parse(await text(stdin));
const options = { bannerComment: "", unknownAny: true, style: { printWidth: 110 } };
for (const [name, schema] of Object.entries($defs)) {
  // The empty schema accepts any JSON value.
  const empty = Object.keys(schema).length === 0;
  stdout.write(empty ? `\nexport type ${name} = unknown;\n` : `\n${await compile(named(schema), name, options)}`);
}
