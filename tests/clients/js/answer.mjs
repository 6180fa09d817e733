// Puts one FHIR client to use: a line of stdin is {exercise, base, token, given}, its answer a line of stdout.
// Usage: node answer.mjs ./fhir_kit_client.mjs
import { createInterface } from 'node:readline';

const { connect, exercises, problem } = await import(process.argv[2]);

for await (const line of createInterface({ input: process.stdin })) {
  const { exercise, base, token, given } = JSON.parse(line);
  let answer;
  try {
    answer = { value: (await exercises[exercise](connect(base, token), given)) ?? null };
  } catch (error) {
    answer = { problem: problem(error) };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
