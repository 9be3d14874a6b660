import { configureGlobal } from "fast-check";

// One counterexample is enough, because nobody reads it, and the smallest takes seconds to find.
configureGlobal({ endOnFailure: true, interruptAfterTimeLimit: 2_000 });
