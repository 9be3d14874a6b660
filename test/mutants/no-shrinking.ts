import { configureGlobal } from "fast-check";

// One counterexample is enough, because nobody reads it; the smallest takes seconds to find.
configureGlobal({ endOnFailure: true });
