// Reads [{"name","statement","parameters"}] from stdin; prints [{"name","severity","message","offset"}] of all that Neo4j's own parser and
// semantic analysis have to say (severity 1 is an error, 2 a warning). Functions outside this list are errors: the analysis knows none by itself.
import { createRequire } from 'node:module';

const { lintCypherQuery } = createRequire(import.meta.url)('@neo4j-cypher/language-support');
const known = new Set([
  'abs', 'all', 'coalesce', 'collect', 'count', 'datetime', 'endNode', 'head', 'labels', 'last', 'relationships', 'startNode', 'type',
]);

let input = '';
for await (const chunk of process.stdin) {
  input += chunk;
}

const said = [];
for (const { name, statement, parameters } of JSON.parse(input)) {
  for (const { severity, message, offsets } of lintCypherQuery(statement, { parameters }).diagnostics) {
    said.push({ name, severity, message, offset: offsets.start });
  }

  const code = statement.replace(/'(\\.|[^'\\])*'/g, "''");
  for (const [, called] of code.matchAll(/(?<![:|A-Za-z_])([A-Za-z_.]+)\(/g)) {
    if (!known.has(called)) {
      said.push({ name, severity: 1, message: `The function ${called} is not known.`, offset: statement.indexOf(`${called}(`) });
    }
  }
}

process.stdout.write(JSON.stringify(said));
