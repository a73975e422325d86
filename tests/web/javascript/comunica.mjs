// Asks or changes an endpoint through Comunica: node comunica.mjs ask|rows|triples|update ENDPOINT TEXT
// Prints what it got as JSON. It stands beside node_modules, where Node looks for packages.
import { QueryEngine } from '@comunica/query-sparql';

const [verb, endpoint, text] = process.argv.slice(2);
const engine = new QueryEngine();
const source = { type: 'sparql', value: endpoint };
const context = { sources: [source] };

const verbs = {
  ask: () => engine.queryBoolean(text, context),
  rows: async () => {
    const rows = await (await engine.queryBindings(text, context)).toArray();
    return rows.map(row => Object.fromEntries([...row].map(([name, term]) => [name.value, term.value])));
  },
  triples: async () => {
    const triples = await (await engine.queryQuads(text, context)).toArray();
    return triples.map(triple => [triple.subject.value, triple.predicate.value, triple.object.value]);
  },
  update: async () => {
    await engine.queryVoid(text, { ...context, destination: source });
    return 'done';
  },
};

console.log(JSON.stringify(await verbs[verb]()));
