import fc from 'fast-check';

// The same cases in every run, so that what fails is due to a change; FUZZ_SEED asks for others.
fc.configureGlobal({ seed: Number(process.env.FUZZ_SEED ?? 1) });

export { fc };
