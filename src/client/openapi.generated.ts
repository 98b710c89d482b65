// The forms of the HTTP interface, as types. Written by `npm run reference` from docs/reference/openapi.json.

export interface paths {
    "/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Health and the main model's version
         * @description Browsers are led to the console, or else to the page that shows the interface.
         */
        get: operations["root"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/audit-log": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who changed what, when, and from where
         * @description The newest entries first; 10,000 are kept, none longer than 400 days.
         */
        get: operations["auditLog"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/login": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Tokens for a name and a password
         * @description Many failures in a row are answered with 429, also with the right password.
         */
        post: operations["login"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/logout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** End the session of a refresh token */
        post: operations["logout"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who asks, and what that one may do */
        get: operations["whoAmI"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Change one's own password
         * @description Ends all sessions of the user, this one too.
         */
        put: operations["changeOwnPassword"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/refresh": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * The next tokens for a refresh token
         * @description A refresh token counts once. One that comes a second time ends its session.
         */
        post: operations["refresh"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/roles": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What each role and each permission allows */
        get: operations["listRoles"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One's own sessions, the newest first */
        get: operations["listOwnSessions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/sessions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** End one of one's own sessions */
        delete: operations["endOwnSession"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/captures": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Captures that were sent, newest first */
        get: operations["listCaptures"];
        put?: never;
        /**
         * Send a capture
         * @description As POST /uploads; the file must be pcap or pcapng, plain or gzip.
         */
        post: operations["uploadCapture"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/captures/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One capture, and what it holds
         * @description The capture is read through when this is asked for the first time.
         */
        get: operations["showCapture"];
        put?: never;
        post?: never;
        /** Remove a capture */
        delete: operations["removeCapture"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/captures/{id}/content": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The bytes of a capture */
        get: operations["downloadCapture"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/captures/{id}/flow": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One flow of a capture, judged anew, with every reason
         * @description The flow is named by a row of a job `score` on this capture, or by Community ID and time. The capture is metered until it is found.
         */
        get: operations["explainFlow"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/captures/{id}/packets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Packets of one flow of a capture
         * @description Told in full, layer by layer, with the bytes, for a page of them; in short for all. At most the first 10,000 packets are looked for, and none that stands in the capture behind one that is more than a minute later than the flow's end.
         */
        get: operations["flowPackets"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/captures/{id}/packets.pcap": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Packets of one flow of a capture, as pcap
         * @description At most the first 10,000 of them.
         */
        get: operations["flowCapture"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/datasets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Data sets of the project */
        get: operations["listDatasets"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/datasets/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What a data set holds, and where it came from */
        get: operations["showDataset"];
        put?: never;
        post?: never;
        /** Remove a data set, and its files where no other has them */
        delete: operations["removeDataset"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/datasets/{name}/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Audit a data set, as a job */
        post: operations["auditDataset"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/datasets/{name}/page": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Some rows of a data set, to be looked at */
        get: operations["pageOfDataset"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/datasets/{name}/profile": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Profile a data set, as a job */
        post: operations["profileDataset"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/datasets/{name}/rows": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The rows of a data set
         * @description As CSV, Parquet or JSON lines. In CSV, texts that a spreadsheet would take for a formula get an apostrophe.
         */
        get: operations["downloadDataset"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/healthz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the server lives */
        get: operations["live"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/importers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Kinds of files that can be imported */
        get: operations["listImporters"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/interfaces": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Interfaces that can be metered */
        get: operations["listInterfaces"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/jobs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Jobs, newest first */
        get: operations["listJobs"];
        put?: never;
        /** Ask for a job */
        post: operations["createJob"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/jobs/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One job */
        get: operations["showJob"];
        put?: never;
        post?: never;
        /** Remove a job that has ended, and its files */
        delete: operations["removeJob"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/jobs/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ask a job to stop */
        post: operations["cancelJob"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/jobs/{id}/curves": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Figures of the iterations of a training, also while it runs
         * @description A curve for each fit, thinned; the newest fits where there are many.
         */
        get: operations["jobCurves"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/jobs/{id}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What happens to a job, as server-sent events
         * @description `state` (first as it is now), `progress`, `log`, until the job has ended; `dropped` tells how many were lost. With the header Last-Event-ID they go on behind that one.
         */
        get: operations["jobEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/jobs/{id}/log": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What a job said
         * @description The end of the log, or what comes behind a byte of it. Old lines make room for new ones.
         */
        get: operations["jobLog"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/jobs/{id}/results/{result}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A file that a job made
         * @description Tables are given as CSV, Parquet or JSON lines, as `format` asks for, whole or the rows that fit `where`; other files as they are.
         */
        get: operations["jobResult"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/jobs/{id}/results/{result}/rows": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Rows of a table that a job made
         * @description A page of the rows that fit, in the order that is asked for. Finding them takes a moment for a large table, and pages of the same question are quick from then on.
         */
        get: operations["jobResultRows"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/jobs/kinds": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Kinds of jobs, with the forms of their requests */
        get: operations["listJobKinds"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All API keys, without their secrets */
        get: operations["listKeys"];
        put?: never;
        /** Make an API key, and show it this once */
        post: operations["createKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/keys/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Revoke an API key */
        delete: operations["revokeKey"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/learners": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Learners and their parameters */
        get: operations["listLearners"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/learners/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One learner */
        get: operations["showLearner"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Figures for Prometheus */
        get: operations["metrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/models": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The models in charge, and those of the registry */
        get: operations["listModels"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/models/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A model by name: what is in charge, its versions and aliases */
        get: operations["showModel"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/models/{name}/aliases/{alias}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Let an alias name a version */
        post: operations["promote"];
        /** Take an alias away */
        delete: operations["removeAlias"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/models/{name}/aliases/{alias}/rollback": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Let an alias name what it named before */
        post: operations["rollBack"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/models/{name}/versions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Register the model that a run made as the next version of a name */
        post: operations["registerModel"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/models/{ref}/card": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What is known of a model: training, classes, columns, card
         * @description `ref` is a name that is served, or NAME, NAME@ALIAS or NAME:VERSION of the registry.
         */
        get: operations["modelCard"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/models/{ref}/fields": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The fields of a model's rows, with what each means and what is usual
         * @description `ref` is as in POST /models/{ref}/predict.
         */
        get: operations["modelFields"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/models/{ref}/file": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The model file */
        get: operations["modelFile"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/models/{ref}/onnx": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A model as ONNX, for other runtimes */
        get: operations["modelOnnx"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/models/{ref}/predict": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Verdicts of a model by name or reference
         * @description `ref` is a name that is served, or NAME, NAME@ALIAS or NAME:VERSION of the registry.
         */
        post: operations["predictWith"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/models/{ref}/tree": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A tree of a model of trees */
        get: operations["modelTree"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/predict": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Verdicts of the main model
         * @description One row gives one verdict, whose members serve clients of several public services: `predicted_class` and `class_label`, or `prediction`, `confidence` and `status`. Many rows give a list. CSV and JSON lines are read and answered as they come, however large.
         */
        post: operations["predict"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/presets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Recipes of trainings on public data sets */
        get: operations["listPresets"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/readyz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether every model is in charge */
        get: operations["ready"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/recipes/check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Whether a recipe is right; tells line and place where it is not */
        post: operations["checkRecipe"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/recipes/steps": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Steps of recipes, with the forms of their options */
        get: operations["listRecipeSteps"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/runs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Runs, newest first, or best first by a metric */
        get: operations["listRuns"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/runs/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One run, and the versions of models that it made */
        get: operations["showRun"];
        put?: never;
        post?: never;
        /** Remove a run, and what it left where nothing else needs it */
        delete: operations["removeRun"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/runs/{id}/artefacts/{artefact}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A file that a run left */
        get: operations["runArtefact"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/runs/{id}/card": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What is known of the model that a run made */
        get: operations["runCard"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/runs/{id}/tree": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A tree of the model that a run made */
        get: operations["runTree"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/runs/compare": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Trainings side by side */
        get: operations["compareRuns"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/schemas": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The feature schemas */
        get: operations["listSchemas"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/schemas/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A schema with its columns */
        get: operations["showSchema"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/scores": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Figures by which candidates are chosen and runs are compared */
        get: operations["listScores"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/shadow": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How the challenger does beside the main model */
        get: operations["shadow"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/sources": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Live sources */
        get: operations["listSources"];
        put?: never;
        /**
         * Start to meter an interface, or to play a capture
         * @description Flows are judged by the model in charge: one that is promoted takes over at once where its schema and classes are the same.
         */
        post: operations["startSource"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/sources/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One live source */
        get: operations["showSource"];
        put?: never;
        post?: never;
        /** Stop a live source */
        delete: operations["stopSource"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/sources/{name}/alerts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Alerts of a live source that go on, and the last ones that ended */
        get: operations["sourceAlerts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/sources/{name}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Verdicts and alerts of a live source, as server-sent events
         * @description `state` (first as it is now, then every second), `verdict`, `alert`; `dropped` tells a listener that is too slow how many it lost. With the header Last-Event-ID they go on behind that one.
         */
        get: operations["sourceEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/sources/{name}/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What a live source did in the last five minutes, second by second
         * @description The events `state` go on with it: each has the sample of its second as `latest`.
         */
        get: operations["sourceHistory"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/sources/{name}/talkers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Hosts of a live source with the most traffic */
        get: operations["sourceTalkers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/uploads": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Files that were sent, newest first */
        get: operations["listUploads"];
        put?: never;
        /**
         * Send a file of rows
         * @description The body is the file, of any size up to the server's bound, or a multipart form with one file. It is written to disk as it comes; jobs read it by its id.
         */
        post: operations["upload"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/uploads/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One file that was sent */
        get: operations["showUpload"];
        put?: never;
        post?: never;
        /** Remove a file that was sent */
        delete: operations["removeUpload"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All users */
        get: operations["listUsers"];
        put?: never;
        /** Add a user */
        post: operations["addUser"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One user */
        get: operations["showUser"];
        put?: never;
        post?: never;
        /** Remove a user, with sessions and API keys */
        delete: operations["removeUser"];
        options?: never;
        head?: never;
        /**
         * Give a user another role or password
         * @description Ends the user's sessions.
         */
        patch: operations["changeUser"];
        trace?: never;
    };
    "/users/{name}/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** End all sessions of a user */
        delete: operations["endSessionsOfUser"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/models": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Names of the models */
        get: operations["v1Models"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/models/{model}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether a model is ready */
        get: operations["v1Ready"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/models/{model}:explain": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Verdicts for instances, with the fields that moved them most */
        post: operations["v1Explain"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/models/{model}:predict": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Verdicts for instances */
        post: operations["v1Predict"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The server */
        get: operations["v2Server"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/health/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the server lives */
        get: operations["v2Live"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/health/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether all models are ready */
        get: operations["v2Ready"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/models/{model}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A model's inputs and outputs */
        get: operations["v2Model"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/models/{model}/infer": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Verdicts for rows in tensors */
        post: operations["v2Infer"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/models/{model}/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether a model is ready */
        get: operations["v2ModelReady"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/models/{model}/versions/{version}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A model's inputs and outputs */
        get: operations["v2ModelVersion"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/models/{model}/versions/{version}/infer": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Verdicts for rows in tensors */
        post: operations["v2InferVersion"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/models/{model}/versions/{version}/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether a model is ready */
        get: operations["v2ModelReadyVersion"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description A capture that was sent. */
        Capture: {
            bytes: number;
            /** @description Moment in UTC, ISO 8601. */
            created: string;
            /** @description What it holds: frames, times, link types, what was found in them. */
            facts?: unknown;
            id: string;
            name: string;
            owner?: string;
            sha256: string;
        };
        /** @description A capture that was sent. */
        CaptureInput: {
            bytes: number;
            /** @description Moment in UTC, ISO 8601. */
            created: string;
            /** @description What it holds: frames, times, link types, what was found in them. */
            facts?: unknown;
            id: string;
            name: string;
            owner?: string;
            sha256: string;
        };
        /** @description The manifest of a data set: tables, columns, sources, steps, splits. */
        Dataset: {
            created: string;
            /** @constant */
            format: 1;
            label?: string;
            name: string;
            /** @enum {string} */
            origin: "import" | "prepare";
            recipe?: unknown;
            rejected: number;
            remarks: {
                count?: number;
                source?: string;
                what: string;
            }[];
            sources: {
                bytes?: number;
                importer?: string;
                name: string;
                rows: number;
                sha256?: string;
            }[];
            split?: string;
            splits: {
                [key: string]: {
                    bytes: number;
                    method: string;
                    object: string;
                    options: {
                        [key: string]: unknown;
                    };
                    parts: {
                        classes?: {
                            name: string;
                            rows: number;
                        }[];
                        name: string;
                        rows: number;
                    }[];
                    table: string;
                };
            };
            steps: {
                facts?: {
                    [key: string]: unknown;
                };
                rowsAfter: number;
                rowsBefore: number;
                step: string;
            }[];
            table: string;
            tables: {
                [key: string]: {
                    bytes: number;
                    classes?: {
                        name: string;
                        rows: number;
                    }[];
                    columns: {
                        description: string;
                        /** @enum {string} */
                        kind: "number" | "category" | "text" | "time";
                        name: string;
                        /** @enum {string} */
                        role: "feature" | "identity" | "label" | "extra";
                        unit: string;
                    }[];
                    object: string;
                    rows: number;
                    schema?: {
                        fingerprint: string;
                        id: string;
                    };
                };
            };
        };
        /** @description The manifest of a data set: tables, columns, sources, steps, splits. */
        DatasetInput: {
            created: string;
            /** @constant */
            format: 1;
            label?: string;
            name: string;
            /** @enum {string} */
            origin: "import" | "prepare";
            recipe?: unknown;
            rejected: number;
            remarks: {
                count?: number;
                source?: string;
                what: string;
            }[];
            sources: {
                bytes?: number;
                importer?: string;
                name: string;
                rows: number;
                sha256?: string;
            }[];
            split?: string;
            splits: {
                [key: string]: {
                    bytes: number;
                    method: string;
                    object: string;
                    options: {
                        [key: string]: unknown;
                    };
                    parts: {
                        classes?: {
                            name: string;
                            rows: number;
                        }[];
                        name: string;
                        rows: number;
                    }[];
                    table: string;
                };
            };
            steps: {
                facts?: {
                    [key: string]: unknown;
                };
                rowsAfter: number;
                rowsBefore: number;
                step: string;
            }[];
            table: string;
            tables: {
                [key: string]: {
                    bytes: number;
                    classes?: {
                        name: string;
                        rows: number;
                    }[];
                    columns: {
                        description: string;
                        /** @enum {string} */
                        kind: "number" | "category" | "text" | "time";
                        name: string;
                        /** @enum {string} */
                        role: "feature" | "identity" | "label" | "extra";
                        unit: string;
                    }[];
                    object: string;
                    rows: number;
                    schema?: {
                        fingerprint: string;
                        id: string;
                    };
                };
            };
        };
        /** @description A file that was sent. */
        File: {
            bytes: number;
            /** @description Moment in UTC, ISO 8601. */
            created: string;
            id: string;
            name: string;
            owner?: string;
            sha256: string;
        };
        /** @description A file that was sent. */
        FileInput: {
            bytes: number;
            /** @description Moment in UTC, ISO 8601. */
            created: string;
            id: string;
            name: string;
            owner?: string;
            sha256: string;
        };
        /** @description One flow, its verdict, and why it got it. */
        Flow: {
            explanation: {
                bias: number;
                /** @description The class that is explained. */
                class: string;
                /** @description Largest first. */
                contributions: {
                    amount: number;
                    column: string;
                    /** @description In words: 812 packets. */
                    text: string;
                    unit: string;
                    value: number | string | null;
                }[];
                /** @description Of models of trees: the most influential one. */
                decisions?: {
                    paths: {
                        after: number;
                        before: number;
                        decisions: {
                            /** @description Expected share or score after the answer. */
                            after: number;
                            /** @enum {string} */
                            answer: "yes" | "no";
                            question: string;
                            /** @description Training rows that went this way. */
                            rows: number;
                            value: string;
                        }[];
                        tree: number;
                    }[];
                    scale: string;
                    trees: number;
                };
                method: string;
                others: {
                    amount: number;
                    columns: number;
                };
                probability: number;
                /** @description What amounts are of: log-odds, probability, … */
                scale: string;
                /** @description Bias and all contributions. */
                sum: number;
                uncalibrated?: boolean;
            };
            identity: {
                community_id: string;
                destination_address: string;
                /** @description ICMP: code. */
                destination_port: number;
                end_reason: string;
                end_us: number;
                flow: number;
                source_address: string;
                /** @description ICMP: type. */
                source_port: number;
                start_us: number;
                transport: string;
            };
            model: string;
            probabilities: {
                attack: boolean;
                class: string;
                probability: number;
            }[];
            /** @description What the model saw, in the order of its columns. */
            values: {
                column: string;
                /** @description In words: 812 packets. */
                text: string;
                unit: string;
                value: number | string | null;
            }[];
            verdict: {
                attack: boolean;
                attack_probability: number;
                class: string;
                confidence: number;
                threshold: number;
                unknown: boolean;
            };
        };
        /** @description One flow, its verdict, and why it got it. */
        FlowInput: {
            explanation: {
                bias: number;
                /** @description The class that is explained. */
                class: string;
                /** @description Largest first. */
                contributions: {
                    amount: number;
                    column: string;
                    /** @description In words: 812 packets. */
                    text: string;
                    unit: string;
                    value: number | string | null;
                }[];
                /** @description Of models of trees: the most influential one. */
                decisions?: {
                    paths: {
                        after: number;
                        before: number;
                        decisions: {
                            /** @description Expected share or score after the answer. */
                            after: number;
                            /** @enum {string} */
                            answer: "yes" | "no";
                            question: string;
                            /** @description Training rows that went this way. */
                            rows: number;
                            value: string;
                        }[];
                        tree: number;
                    }[];
                    scale: string;
                    trees: number;
                };
                method: string;
                others: {
                    amount: number;
                    columns: number;
                };
                probability: number;
                /** @description What amounts are of: log-odds, probability, … */
                scale: string;
                /** @description Bias and all contributions. */
                sum: number;
                uncalibrated?: boolean;
            };
            identity: {
                community_id: string;
                destination_address: string;
                /** @description ICMP: code. */
                destination_port: number;
                end_reason: string;
                end_us: number;
                flow: number;
                source_address: string;
                /** @description ICMP: type. */
                source_port: number;
                start_us: number;
                transport: string;
            };
            model: string;
            probabilities: {
                attack: boolean;
                class: string;
                probability: number;
            }[];
            /** @description What the model saw, in the order of its columns. */
            values: {
                column: string;
                /** @description In words: 812 packets. */
                text: string;
                unit: string;
                value: number | string | null;
            }[];
            verdict: {
                attack: boolean;
                attack_probability: number;
                class: string;
                confidence: number;
                threshold: number;
                unknown: boolean;
            };
        };
        /** @description Packets of a flow. */
        FlowPackets: {
            /** @description There are more than 10000, which are not looked for. */
            more: boolean;
            offset: number;
            packets: {
                captured_length: number;
                /** @enum {string} */
                direction: "forward" | "backward";
                /** @description Number of the frame in its capture, from 1. */
                frame: number;
                /** @description The frame's first 2,048 bytes. */
                hex: string;
                layers: {
                    fields: {
                        name: string;
                        value: string;
                    }[];
                    length: number;
                    name: string;
                    /** @description Bytes from the start of the frame. */
                    start: number;
                }[];
                payload_length: number;
                timestamp_us: number;
                wire_length: number;
            }[];
            /** @description Every packet found, in short. */
            timeline: {
                /** @enum {string} */
                direction: "forward" | "backward";
                timestamp_us: number;
                wire_length: number;
            }[];
            /** @description Packets found. */
            total: number;
        };
        /** @description Packets of a flow. */
        FlowPacketsInput: {
            /** @description There are more than 10000, which are not looked for. */
            more: boolean;
            offset: number;
            packets: {
                captured_length: number;
                /** @enum {string} */
                direction: "forward" | "backward";
                /** @description Number of the frame in its capture, from 1. */
                frame: number;
                /** @description The frame's first 2,048 bytes. */
                hex: string;
                layers: {
                    fields: {
                        name: string;
                        value: string;
                    }[];
                    length: number;
                    name: string;
                    /** @description Bytes from the start of the frame. */
                    start: number;
                }[];
                payload_length: number;
                timestamp_us: number;
                wire_length: number;
            }[];
            /** @description Every packet found, in short. */
            timeline: {
                /** @enum {string} */
                direction: "forward" | "backward";
                timestamp_us: number;
                wire_length: number;
            }[];
            /** @description Packets found. */
            total: number;
        };
        /** @description Long work: what was asked for, how far it is, and what it made. */
        Job: {
            /** @description How often it was begun or gone on with. */
            attempt: number;
            /** @description Each time that it was begun or gone on with, and how that ended. */
            attempts?: {
                /** @enum {string} */
                end?: "finished" | "failed" | "cancelled" | "interrupted";
                /** @description Moment in UTC, ISO 8601. */
                ended?: string;
                /** @description Moment in UTC, ISO 8601. */
                started: string;
            }[];
            cancelAsked?: boolean;
            /** @description Moment in UTC, ISO 8601. */
            created: string;
            /** @description Moment in UTC, ISO 8601. */
            ended?: string;
            failure?: {
                code: string;
                hint: string;
                message: string;
            };
            id: string;
            kind: string;
            memoryMegabytes: number;
            owner?: string;
            progress?: {
                done?: number;
                /** @description Of the step, where that is known. */
                share?: number;
                step: string;
                total?: number;
                unit?: string;
            };
            request: unknown;
            results: {
                bytes: number;
                description: string;
                file: string;
                name: string;
                rows?: number;
                type: string;
            }[];
            /** @description Moment in UTC, ISO 8601. */
            started?: string;
            /** @enum {string} */
            state: "queued" | "running" | "finished" | "failed" | "cancelled" | "interrupted";
            /** @description What it has been through, of the last attempt; told where one job is asked for. */
            steps?: {
                /** @description Moment in UTC, ISO 8601. */
                ended?: string;
                /** @description Moment in UTC, ISO 8601. */
                started: string;
                step: string;
            }[];
            /** @description What was found, in a few figures. */
            summary?: unknown;
        };
        /** @description Long work: what was asked for, how far it is, and what it made. */
        JobInput: {
            /** @description How often it was begun or gone on with. */
            attempt: number;
            /** @description Each time that it was begun or gone on with, and how that ended. */
            attempts?: {
                /** @enum {string} */
                end?: "finished" | "failed" | "cancelled" | "interrupted";
                /** @description Moment in UTC, ISO 8601. */
                ended?: string;
                /** @description Moment in UTC, ISO 8601. */
                started: string;
            }[];
            cancelAsked?: boolean;
            /** @description Moment in UTC, ISO 8601. */
            created: string;
            /** @description Moment in UTC, ISO 8601. */
            ended?: string;
            failure?: {
                code: string;
                hint: string;
                message: string;
            };
            id: string;
            kind: string;
            memoryMegabytes: number;
            owner?: string;
            progress?: {
                done?: number;
                /** @description Of the step, where that is known. */
                share?: number;
                step: string;
                total?: number;
                unit?: string;
            };
            request: unknown;
            results: {
                bytes: number;
                description: string;
                file: string;
                name: string;
                rows?: number;
                type: string;
            }[];
            /** @description Moment in UTC, ISO 8601. */
            started?: string;
            /** @enum {string} */
            state: "queued" | "running" | "finished" | "failed" | "cancelled" | "interrupted";
            /** @description What it has been through, of the last attempt; told where one job is asked for. */
            steps?: {
                /** @description Moment in UTC, ISO 8601. */
                ended?: string;
                /** @description Moment in UTC, ISO 8601. */
                started: string;
                step: string;
            }[];
            /** @description What was found, in a few figures. */
            summary?: unknown;
        };
        /** @description Attack flows that belong together. */
        LiveAlert: {
            /** @description Number of the alert in its run. */
            alert: number;
            class: string;
            communityIds: string[];
            /** @enum {string} */
            endReason?: "silence" | "full" | "end-of-input";
            /** @description Start of its first flow, µs since 1970 UTC. */
            firstUs: number;
            flows: number;
            lastUs: number;
            /** @description It goes on. */
            open: boolean;
            packets: number | null;
            /** @description Destination ports. */
            ports: {
                count: number;
                /** @description False where the count is an estimate, within some 2 %. */
                exact: boolean;
                examples: number[];
            };
            probabilityMax: number;
            /** @description Of its strongest flow. */
            reasons: {
                amount: number;
                feature: string;
                text: string;
                unit: string;
                value: number | string | null;
            }[];
            /** @description Run of the source, from 1: a capture that is played again is another run. */
            run: number;
            /**
             * @description One source and one target; one source, many targets; one target, many sources.
             * @enum {string}
             */
            shape: "pair" | "source" | "target";
            sources: {
                count: number;
                /** @description False where the count is an estimate, within some 2 %. */
                exact: boolean;
                examples: string[];
            };
            targets: {
                count: number;
                /** @description False where the count is an estimate, within some 2 %. */
                exact: boolean;
                examples: string[];
            };
            transport: string;
            wireBytes: number | null;
        };
        /** @description Attack flows that belong together. */
        LiveAlertInput: {
            /** @description Number of the alert in its run. */
            alert: number;
            class: string;
            communityIds: string[];
            /** @enum {string} */
            endReason?: "silence" | "full" | "end-of-input";
            /** @description Start of its first flow, µs since 1970 UTC. */
            firstUs: number;
            flows: number;
            lastUs: number;
            /** @description It goes on. */
            open: boolean;
            packets: number | null;
            /** @description Destination ports. */
            ports: {
                count: number;
                /** @description False where the count is an estimate, within some 2 %. */
                exact: boolean;
                examples: number[];
            };
            probabilityMax: number;
            /** @description Of its strongest flow. */
            reasons: {
                amount: number;
                feature: string;
                text: string;
                unit: string;
                value: number | string | null;
            }[];
            /** @description Run of the source, from 1: a capture that is played again is another run. */
            run: number;
            /**
             * @description One source and one target; one source, many targets; one target, many sources.
             * @enum {string}
             */
            shape: "pair" | "source" | "target";
            sources: {
                count: number;
                /** @description False where the count is an estimate, within some 2 %. */
                exact: boolean;
                examples: string[];
            };
            targets: {
                count: number;
                /** @description False where the count is an estimate, within some 2 %. */
                exact: boolean;
                examples: string[];
            };
            transport: string;
            wireBytes: number | null;
        };
        /** @description What became of every packet since the source began, so far. */
        LiveLedger: {
            clockResets: number;
            cut: number;
            decoded: number;
            dropped: number;
            earlyRows: number;
            /** @description By the reason of their end. */
            flowsEnded: {
                [key: string]: number;
            };
            flowsOpen: number;
            flowsOpened: number;
            frames: number;
            /** @description Frames lost before they were captured; null while that is not known. */
            framesLostBefore: number | null;
            /** @description Times in which a live capture was interrupted. */
            gaps?: number;
            gapUs?: number;
            held: number;
            late: number;
            malformed: number;
            measures: {
                [key: string]: number;
            };
            metered: number;
            orphanFragments: number;
            packetsInRows: number | null;
            /** @constant */
            rowOf?: "packet";
            rows: number;
            sound: number;
            unsupported: number;
            verdict: {
                alerts: {
                    ended: {
                        [key: string]: number;
                    };
                    flows: number;
                    flowsReported: number;
                    joined: number;
                    open: number;
                    opened: number;
                };
                attacks: number;
                benign: number;
                byClass: {
                    [key: string]: number;
                };
                earlyVerdicts: number;
                repeated: number;
                verdicts: number;
            };
            withoutFlow: number;
        };
        /** @description What became of every packet since the source began, so far. */
        LiveLedgerInput: {
            clockResets: number;
            cut: number;
            decoded: number;
            dropped: number;
            earlyRows: number;
            /** @description By the reason of their end. */
            flowsEnded: {
                [key: string]: number;
            };
            flowsOpen: number;
            flowsOpened: number;
            frames: number;
            /** @description Frames lost before they were captured; null while that is not known. */
            framesLostBefore: number | null;
            /** @description Times in which a live capture was interrupted. */
            gaps?: number;
            gapUs?: number;
            held: number;
            late: number;
            malformed: number;
            measures: {
                [key: string]: number;
            };
            metered: number;
            orphanFragments: number;
            packetsInRows: number | null;
            /** @constant */
            rowOf?: "packet";
            rows: number;
            sound: number;
            unsupported: number;
            verdict: {
                alerts: {
                    ended: {
                        [key: string]: number;
                    };
                    flows: number;
                    flowsReported: number;
                    joined: number;
                    open: number;
                    opened: number;
                };
                attacks: number;
                benign: number;
                byClass: {
                    [key: string]: number;
                };
                earlyVerdicts: number;
                repeated: number;
                verdicts: number;
            };
            withoutFlow: number;
        };
        /** @description What came in one second. */
        LiveSample: {
            /** @description End of the time that it tells of, ms since 1970 UTC. */
            atMs: number;
            attacks: number;
            /** @description Verdicts by class; those without one are left out. */
            byClass: {
                [key: string]: number;
            };
            /** @description On the wire. */
            bytes: number;
            /** @description That were opened. */
            flows: number;
            /** @description Number of the sample, from 1. */
            ordinal: number;
            packets: number;
            /** @description How long that time was. */
            seconds: number;
            verdicts: number;
        };
        /** @description What came in one second. */
        LiveSampleInput: {
            /** @description End of the time that it tells of, ms since 1970 UTC. */
            atMs: number;
            attacks: number;
            /** @description Verdicts by class; those without one are left out. */
            byClass: {
                [key: string]: number;
            };
            /** @description On the wire. */
            bytes: number;
            /** @description That were opened. */
            flows: number;
            /** @description Number of the sample, from 1. */
            ordinal: number;
            packets: number;
            /** @description How long that time was. */
            seconds: number;
            verdicts: number;
        };
        /** @description Hosts with the most traffic since the source began. */
        LiveTalkers: {
            /** @description Bytes of flows that have ended. */
            bytes: {
                /** @description Largest first, ten at the most. */
                top: {
                    address: string;
                    /** @description Never below the truth. */
                    amount: number;
                    /** @description How much of it may be another host's. */
                    surplus: number;
                }[];
                /** @description Of all flows; each counts for both of its ends. */
                total: number;
                /** @description What a host that is not counted may have at the most. */
                uncountedMax: number;
            };
            /** @description Hosts that are counted at a time, by space-saving. */
            counted: number;
            /** @description Flows that have ended. */
            flows: {
                /** @description Largest first, ten at the most. */
                top: {
                    address: string;
                    /** @description Never below the truth. */
                    amount: number;
                    /** @description How much of it may be another host's. */
                    surplus: number;
                }[];
                /** @description Of all flows; each counts for both of its ends. */
                total: number;
                /** @description What a host that is not counted may have at the most. */
                uncountedMax: number;
            };
        };
        /** @description Hosts with the most traffic since the source began. */
        LiveTalkersInput: {
            /** @description Bytes of flows that have ended. */
            bytes: {
                /** @description Largest first, ten at the most. */
                top: {
                    address: string;
                    /** @description Never below the truth. */
                    amount: number;
                    /** @description How much of it may be another host's. */
                    surplus: number;
                }[];
                /** @description Of all flows; each counts for both of its ends. */
                total: number;
                /** @description What a host that is not counted may have at the most. */
                uncountedMax: number;
            };
            /** @description Hosts that are counted at a time, by space-saving. */
            counted: number;
            /** @description Flows that have ended. */
            flows: {
                /** @description Largest first, ten at the most. */
                top: {
                    address: string;
                    /** @description Never below the truth. */
                    amount: number;
                    /** @description How much of it may be another host's. */
                    surplus: number;
                }[];
                /** @description Of all flows; each counts for both of its ends. */
                total: number;
                /** @description What a host that is not counted may have at the most. */
                uncountedMax: number;
            };
        };
        /** @description A part of a log. */
        LogPart: {
            /** @description Place behind the last byte there is. */
            end: number;
            /** @description Place of the first byte given. */
            from: number;
            /** @description Place of the first byte that is still kept. */
            kept: number;
            text: string;
            /** @description Place behind the last byte given: the next `from`. */
            to: number;
        };
        /** @description A part of a log. */
        LogPartInput: {
            /** @description Place behind the last byte there is. */
            end: number;
            /** @description Place of the first byte given. */
            from: number;
            /** @description Place of the first byte that is still kept. */
            kept: number;
            text: string;
            /** @description Place behind the last byte given: the next `from`. */
            to: number;
        };
        /** @description What is known of a model. */
        ModelCard: {
            classes: {
                isBenign: boolean;
                name: string;
                trainingRows: number;
            }[];
            hasTrees: boolean;
            /** @description Columns that matter to its scores, most first. */
            importance: {
                column: string;
                share: number;
            }[];
            kind: string;
            schema: {
                columns: {
                    categories: string[];
                    description: string;
                    /** @enum {string} */
                    kind: "numeric" | "categorical";
                    name: string;
                    unit: string;
                }[];
                fingerprint: string;
                id: string;
            };
            sections: {
                heading: string;
                /** @description Plain Markdown. */
                text: string;
            }[];
            /** @enum {string} */
            task: "classification" | "anomaly";
            title: string;
            training: {
                classCounts: number[];
                iterations: number;
                learner: string;
                metrics: {
                    [key: string]: number;
                };
                parameters: {
                    [key: string]: number | string | boolean;
                };
                seed: number;
                trainingRows: number;
                validationRows: number;
            };
            /** @description How it tells rows that are like nothing seen in training. */
            unknown?: {
                coverage: number;
                method: string;
            };
        };
        /** @description What is known of a model. */
        ModelCardInput: {
            classes: {
                isBenign: boolean;
                name: string;
                trainingRows: number;
            }[];
            hasTrees: boolean;
            /** @description Columns that matter to its scores, most first. */
            importance: {
                column: string;
                share: number;
            }[];
            kind: string;
            schema: {
                columns: {
                    categories: string[];
                    description: string;
                    /** @enum {string} */
                    kind: "numeric" | "categorical";
                    name: string;
                    unit: string;
                }[];
                fingerprint: string;
                id: string;
            };
            sections: {
                heading: string;
                /** @description Plain Markdown. */
                text: string;
            }[];
            /** @enum {string} */
            task: "classification" | "anomaly";
            title: string;
            training: {
                classCounts: number[];
                iterations: number;
                learner: string;
                metrics: {
                    [key: string]: number;
                };
                parameters: {
                    [key: string]: number | string | boolean;
                };
                seed: number;
                trainingRows: number;
                validationRows: number;
            };
            /** @description How it tells rows that are like nothing seen in training. */
            unknown?: {
                coverage: number;
                method: string;
            };
        };
        /** @description What is to be done; the form of the request is that of its kind. */
        NewJob: {
            /** @constant */
            kind: "score";
            request: {
                /** @description Rows or a capture. */
                input: {
                    /** @description Id of an upload. */
                    upload: string;
                } | {
                    /** @description A data set, its table or part: NAME, NAME:TABLE, NAME@PART. */
                    dataset: string;
                } | {
                    /** @description Id of a capture. */
                    capture: string;
                };
                /**
                 * @description Columns of the rows to keep beside the verdicts.
                 * @default []
                 */
                keep: string[];
                /** @description A model: bundled, NAME, NAME@ALIAS or NAME:VERSION. */
                model: string;
                /**
                 * @description Reasons given with each row.
                 * @default 0
                 */
                reasons: number;
                /** @description Summed probability of attack classes from which a row is an attack; 0.5 unless given. */
                threshold?: number;
            };
        } | {
            /** @constant */
            kind: "import";
            request: {
                /** @description Format of the files; told from what they hold unless given. */
                as?: string;
                /** @description Column that holds the class. */
                label?: string;
                measurement?: string;
                /** @description Name of the data set. */
                name: string;
                /** @description Share of rows that may be rejected; 0.01 unless given. */
                rejectShareMax?: number;
                /**
                 * @description Replace a data set of that name.
                 * @default false
                 */
                replace: boolean;
                /** @description Schema that captures are metered with. */
                schema?: string;
                /** @description Uploads and captures that become one table. */
                sources: ({
                    upload: string;
                } | {
                    /** @description Id of a capture. */
                    capture: string;
                })[];
                /** @description IANA name of the zone of local times; UTC unless given. */
                timezone?: string;
            };
        } | {
            /** @constant */
            kind: "profile";
            request: {
                /** @description Only these columns. */
                columns?: string[];
                /** @description Column that holds the class. */
                label?: string;
                /** @description Rows: an upload, or a data set of the project. */
                rows: {
                    /** @description Id of an upload. */
                    upload: string;
                } | {
                    /** @description A data set, its table or part: NAME, NAME:TABLE, NAME@PART. */
                    dataset: string;
                };
                sampleRows?: number;
                /** @description The same seed gives the same result. */
                seed?: number;
            };
        } | {
            /** @constant */
            kind: "prepare";
            request: {
                /** @description Name of the data set. */
                name: string;
                /** @description Steps as recipes have them; docs/guide/prepare.md tells them. */
                recipe: {
                    /** @enum {string} */
                    columns?: "union" | "common";
                    /** @description Column that holds the class. */
                    label?: string;
                    /** @default [] */
                    steps: (string | {
                        [key: string]: unknown;
                    })[];
                };
                /** @default false */
                replace: boolean;
                sources: ({
                    /** @description Id of an upload. */
                    upload: string;
                } | {
                    /** @description A data set, its table or part: NAME, NAME:TABLE, NAME@PART. */
                    dataset: string;
                })[];
            };
        } | {
            /** @constant */
            kind: "split";
            request: {
                /** @description Name of the split. */
                as?: string;
                /** @description A data set, its table or part: NAME, NAME:TABLE, NAME@PART. */
                dataset: string;
                split: {
                    [key: string]: unknown;
                };
            };
        } | {
            /** @constant */
            kind: "audit";
            request: {
                /** @description Column that holds the class. */
                label?: string;
                sampleRows?: number;
                /** @description The same seed gives the same result. */
                seed?: number;
                /** @description Test rows. */
                test?: {
                    /** @description Id of an upload. */
                    upload: string;
                } | {
                    /** @description A data set, its table or part: NAME, NAME:TABLE, NAME@PART. */
                    dataset: string;
                };
                /** @description A data set with its split, or training rows. */
                training: {
                    /** @description Id of an upload. */
                    upload: string;
                } | {
                    /** @description A data set, its table or part: NAME, NAME:TABLE, NAME@PART. */
                    dataset: string;
                };
            };
        } | {
            /** @constant */
            kind: "train";
            request: {
                /** @description Classes that are no attack. */
                benign?: string[];
                calibrate?: string;
                coverage?: number;
                /** @description Folds. */
                cv?: number;
                cvBy?: string;
                exclude?: string[];
                grid?: string[];
                /** @description Share held out, instead of folds. */
                holdout?: number;
                include?: string[];
                /** @description Column that holds the class. */
                label?: string;
                /** @description Classes by label: kdd5, or a class for each label. */
                labelMap?: "kdd5" | {
                    [key: string]: string;
                };
                /** @description Ids of GET /learners. */
                learners?: string[];
                limit?: number;
                metric?: string;
                /** @description Name in the registry that the model becomes the next version of. */
                name?: string;
                preset?: string;
                rows: ({
                    /** @description Id of an upload. */
                    upload: string;
                } | {
                    /** @description A data set, its table or part: NAME, NAME:TABLE, NAME@PART. */
                    dataset: string;
                })[];
                /** @enum {string} */
                search?: "grid" | "random" | "halving";
                /** @description The same seed gives the same result. */
                seed?: number;
                select?: string;
                /** @description NAME=VALUE or LEARNER.NAME=VALUE. */
                set?: string[];
                trials?: number;
                unknown?: string;
                validation?: ({
                    /** @description Id of an upload. */
                    upload: string;
                } | {
                    /** @description A data set, its table or part: NAME, NAME:TABLE, NAME@PART. */
                    dataset: string;
                })[];
                /** @description Column that weighs rows; none for none. */
                weights?: string;
            };
        } | {
            /** @constant */
            kind: "compare";
            request: {
                /** @description Ids of runs of GET /runs. */
                runs: string[];
            };
        } | {
            /** @constant */
            kind: "evaluate";
            request: {
                audit?: boolean;
                deployment?: {
                    baseRate: number;
                    falseAlarmsPerDay: number[];
                    flowsPerDay: number;
                };
                /**
                 * @description Column that holds the class.
                 * @default label
                 */
                label: string;
                /** @description Classes by label: kdd5, or a class for each label. */
                labelMap?: "kdd5" | {
                    [key: string]: string;
                };
                leaveOneOut?: true | string[];
                limit?: number;
                /** @description A model: bundled, NAME, NAME@ALIAS or NAME:VERSION. */
                model: string;
                resamples?: number;
                rows: ({
                    /** @description Id of an upload. */
                    upload: string;
                } | {
                    /** @description A data set, its table or part: NAME, NAME:TABLE, NAME@PART. */
                    dataset: string;
                })[];
                /** @description The same seed gives the same result. */
                seed?: number;
                threshold?: number;
                /** @description The rows that it was trained on: for simple rules beside, and an audit. */
                training?: ({
                    /** @description Id of an upload. */
                    upload: string;
                } | {
                    /** @description A data set, its table or part: NAME, NAME:TABLE, NAME@PART. */
                    dataset: string;
                })[];
            };
        } | {
            /** @constant */
            kind: "explain";
            request: {
                background?: ({
                    /** @description Id of an upload. */
                    upload: string;
                } | {
                    /** @description A data set, its table or part: NAME, NAME:TABLE, NAME@PART. */
                    dataset: string;
                })[];
                className?: string;
                first?: number;
                /** @description Column that holds the class. */
                label?: string;
                last?: number;
                /** @description A model: bundled, NAME, NAME@ALIAS or NAME:VERSION. */
                model: string;
                overall?: boolean;
                /**
                 * @description None: only what the model itself finds important.
                 * @default []
                 */
                rows: ({
                    /** @description Id of an upload. */
                    upload: string;
                } | {
                    /** @description A data set, its table or part: NAME, NAME:TABLE, NAME@PART. */
                    dataset: string;
                })[];
                sampleRows?: number;
                /** @description The same seed gives the same result. */
                seed?: number;
                threshold?: number;
                top?: number;
            };
        } | {
            /** @constant */
            kind: "export";
            request: {
                /**
                 * @description Write texts of CSV as they are, also those that a spreadsheet would take for a formula.
                 * @default false
                 */
                exact: boolean;
                /** @enum {string} */
                format: "csv" | "parquet" | "jsonl" | "line-protocol";
                measurement?: string;
                /** @description Rows: an upload, or a data set of the project. */
                rows: {
                    /** @description Id of an upload. */
                    upload: string;
                } | {
                    /** @description A data set, its table or part: NAME, NAME:TABLE, NAME@PART. */
                    dataset: string;
                };
                tags?: string[];
                time?: string;
            };
        };
        /** @description What is to be done; the form of the request is that of its kind. */
        NewJobInput: {
            /** @constant */
            kind: "score";
            request: {
                /** @description Rows or a capture. */
                input: {
                    /** @description Id of an upload. */
                    upload: string;
                } | {
                    /** @description A data set, its table or part: NAME, NAME:TABLE, NAME@PART. */
                    dataset: string;
                } | {
                    /** @description Id of a capture. */
                    capture: string;
                };
                /**
                 * @description Columns of the rows to keep beside the verdicts.
                 * @default []
                 */
                keep?: string[];
                /** @description A model: bundled, NAME, NAME@ALIAS or NAME:VERSION. */
                model: string;
                /**
                 * @description Reasons given with each row.
                 * @default 0
                 */
                reasons?: number;
                /** @description Summed probability of attack classes from which a row is an attack; 0.5 unless given. */
                threshold?: number;
            };
        } | {
            /** @constant */
            kind: "import";
            request: {
                /** @description Format of the files; told from what they hold unless given. */
                as?: string;
                /** @description Column that holds the class. */
                label?: string;
                measurement?: string;
                /** @description Name of the data set. */
                name: string;
                /** @description Share of rows that may be rejected; 0.01 unless given. */
                rejectShareMax?: number;
                /**
                 * @description Replace a data set of that name.
                 * @default false
                 */
                replace?: boolean;
                /** @description Schema that captures are metered with. */
                schema?: string;
                /** @description Uploads and captures that become one table. */
                sources: ({
                    upload: string;
                } | {
                    /** @description Id of a capture. */
                    capture: string;
                })[];
                /** @description IANA name of the zone of local times; UTC unless given. */
                timezone?: string;
            };
        } | {
            /** @constant */
            kind: "profile";
            request: {
                /** @description Only these columns. */
                columns?: string[];
                /** @description Column that holds the class. */
                label?: string;
                /** @description Rows: an upload, or a data set of the project. */
                rows: {
                    /** @description Id of an upload. */
                    upload: string;
                } | {
                    /** @description A data set, its table or part: NAME, NAME:TABLE, NAME@PART. */
                    dataset: string;
                };
                sampleRows?: number;
                /** @description The same seed gives the same result. */
                seed?: number;
            };
        } | {
            /** @constant */
            kind: "prepare";
            request: {
                /** @description Name of the data set. */
                name: string;
                /** @description Steps as recipes have them; docs/guide/prepare.md tells them. */
                recipe: {
                    /** @enum {string} */
                    columns?: "union" | "common";
                    /** @description Column that holds the class. */
                    label?: string;
                    /** @default [] */
                    steps?: (string | {
                        [key: string]: unknown;
                    })[];
                };
                /** @default false */
                replace?: boolean;
                sources: ({
                    /** @description Id of an upload. */
                    upload: string;
                } | {
                    /** @description A data set, its table or part: NAME, NAME:TABLE, NAME@PART. */
                    dataset: string;
                })[];
            };
        } | {
            /** @constant */
            kind: "split";
            request: {
                /** @description Name of the split. */
                as?: string;
                /** @description A data set, its table or part: NAME, NAME:TABLE, NAME@PART. */
                dataset: string;
                split: {
                    [key: string]: unknown;
                };
            };
        } | {
            /** @constant */
            kind: "audit";
            request: {
                /** @description Column that holds the class. */
                label?: string;
                sampleRows?: number;
                /** @description The same seed gives the same result. */
                seed?: number;
                /** @description Test rows. */
                test?: {
                    /** @description Id of an upload. */
                    upload: string;
                } | {
                    /** @description A data set, its table or part: NAME, NAME:TABLE, NAME@PART. */
                    dataset: string;
                };
                /** @description A data set with its split, or training rows. */
                training: {
                    /** @description Id of an upload. */
                    upload: string;
                } | {
                    /** @description A data set, its table or part: NAME, NAME:TABLE, NAME@PART. */
                    dataset: string;
                };
            };
        } | {
            /** @constant */
            kind: "train";
            request: {
                /** @description Classes that are no attack. */
                benign?: string[];
                calibrate?: string;
                coverage?: number;
                /** @description Folds. */
                cv?: number;
                cvBy?: string;
                exclude?: string[];
                grid?: string[];
                /** @description Share held out, instead of folds. */
                holdout?: number;
                include?: string[];
                /** @description Column that holds the class. */
                label?: string;
                /** @description Classes by label: kdd5, or a class for each label. */
                labelMap?: "kdd5" | {
                    [key: string]: string;
                };
                /** @description Ids of GET /learners. */
                learners?: string[];
                limit?: number;
                metric?: string;
                /** @description Name in the registry that the model becomes the next version of. */
                name?: string;
                preset?: string;
                rows: ({
                    /** @description Id of an upload. */
                    upload: string;
                } | {
                    /** @description A data set, its table or part: NAME, NAME:TABLE, NAME@PART. */
                    dataset: string;
                })[];
                /** @enum {string} */
                search?: "grid" | "random" | "halving";
                /** @description The same seed gives the same result. */
                seed?: number;
                select?: string;
                /** @description NAME=VALUE or LEARNER.NAME=VALUE. */
                set?: string[];
                trials?: number;
                unknown?: string;
                validation?: ({
                    /** @description Id of an upload. */
                    upload: string;
                } | {
                    /** @description A data set, its table or part: NAME, NAME:TABLE, NAME@PART. */
                    dataset: string;
                })[];
                /** @description Column that weighs rows; none for none. */
                weights?: string;
            };
        } | {
            /** @constant */
            kind: "compare";
            request: {
                /** @description Ids of runs of GET /runs. */
                runs: string[];
            };
        } | {
            /** @constant */
            kind: "evaluate";
            request: {
                audit?: boolean;
                deployment?: {
                    baseRate: number;
                    falseAlarmsPerDay: number[];
                    flowsPerDay: number;
                };
                /**
                 * @description Column that holds the class.
                 * @default label
                 */
                label?: string;
                /** @description Classes by label: kdd5, or a class for each label. */
                labelMap?: "kdd5" | {
                    [key: string]: string;
                };
                leaveOneOut?: true | string[];
                limit?: number;
                /** @description A model: bundled, NAME, NAME@ALIAS or NAME:VERSION. */
                model: string;
                resamples?: number;
                rows: ({
                    /** @description Id of an upload. */
                    upload: string;
                } | {
                    /** @description A data set, its table or part: NAME, NAME:TABLE, NAME@PART. */
                    dataset: string;
                })[];
                /** @description The same seed gives the same result. */
                seed?: number;
                threshold?: number;
                /** @description The rows that it was trained on: for simple rules beside, and an audit. */
                training?: ({
                    /** @description Id of an upload. */
                    upload: string;
                } | {
                    /** @description A data set, its table or part: NAME, NAME:TABLE, NAME@PART. */
                    dataset: string;
                })[];
            };
        } | {
            /** @constant */
            kind: "explain";
            request: {
                background?: ({
                    /** @description Id of an upload. */
                    upload: string;
                } | {
                    /** @description A data set, its table or part: NAME, NAME:TABLE, NAME@PART. */
                    dataset: string;
                })[];
                className?: string;
                first?: number;
                /** @description Column that holds the class. */
                label?: string;
                last?: number;
                /** @description A model: bundled, NAME, NAME@ALIAS or NAME:VERSION. */
                model: string;
                overall?: boolean;
                /**
                 * @description None: only what the model itself finds important.
                 * @default []
                 */
                rows?: ({
                    /** @description Id of an upload. */
                    upload: string;
                } | {
                    /** @description A data set, its table or part: NAME, NAME:TABLE, NAME@PART. */
                    dataset: string;
                })[];
                sampleRows?: number;
                /** @description The same seed gives the same result. */
                seed?: number;
                threshold?: number;
                top?: number;
            };
        } | {
            /** @constant */
            kind: "export";
            request: {
                /**
                 * @description Write texts of CSV as they are, also those that a spreadsheet would take for a formula.
                 * @default false
                 */
                exact?: boolean;
                /** @enum {string} */
                format: "csv" | "parquet" | "jsonl" | "line-protocol";
                measurement?: string;
                /** @description Rows: an upload, or a data set of the project. */
                rows: {
                    /** @description Id of an upload. */
                    upload: string;
                } | {
                    /** @description A data set, its table or part: NAME, NAME:TABLE, NAME@PART. */
                    dataset: string;
                };
                tags?: string[];
                time?: string;
            };
        };
        /** @description An interface that is metered, or a capture that is played. */
        NewSource: {
            /** @description Also judge flows that go on, after so long. */
            earlySeconds?: number;
            from: {
                /** @description Endpoints that are left out: HOST:PORT. */
                exclude?: string[];
                /** @description A filter of libpcap: tcp port 443. */
                filter?: string;
                /** @description Name of GET /interfaces. */
                interface: string;
            } | {
                /** @description Id of a capture that is played. */
                capture: string;
                /** @description Again and again; true unless given. */
                loop?: boolean;
                /** @description 2 plays twice as fast; 1 unless given. */
                speed?: number;
            };
            /** @description Name or reference of a model; the main one unless given. */
            model?: string;
            name: string;
            reasons?: number;
            threshold?: number;
        };
        /** @description An interface that is metered, or a capture that is played. */
        NewSourceInput: {
            /** @description Also judge flows that go on, after so long. */
            earlySeconds?: number;
            from: {
                /** @description Endpoints that are left out: HOST:PORT. */
                exclude?: string[];
                /** @description A filter of libpcap: tcp port 443. */
                filter?: string;
                /** @description Name of GET /interfaces. */
                interface: string;
            } | {
                /** @description Id of a capture that is played. */
                capture: string;
                /** @description Again and again; true unless given. */
                loop?: boolean;
                /** @description 2 plays twice as fast; 1 unless given. */
                speed?: number;
            };
            /** @description Name or reference of a model; the main one unless given. */
            model?: string;
            name: string;
            reasons?: number;
            threshold?: number;
        };
        /** @description What went wrong (RFC 9457). */
        Problem: {
            /**
             * @description The code of the table of errors.
             * @enum {string}
             */
            code: "usage" | "file-missing" | "file-permission" | "file-is-directory" | "file-read" | "file-write" | "capture-format" | "capture-corrupt" | "rows-format" | "rows-invalid" | "rows-too-large" | "schema-unknown" | "schema-mismatch" | "model-format" | "model-corrupt" | "model-version" | "onnx-invalid" | "onnx-unsupported" | "onnx-runtime" | "onnx-failed" | "labels-invalid" | "capture-program" | "capture-permission" | "capture-interface" | "capture-filter" | "capture-gone" | "capture-stopped" | "key-invalid" | "run-invalid" | "training-data" | "parameter-invalid" | "scenario-unknown" | "dataset-unknown" | "dataset-exists" | "dataset-damaged" | "project-invalid" | "import-rejects" | "recipe-invalid" | "split-impossible" | "influx-unreachable" | "influx-auth" | "influx-query" | "tree-unknown" | "run-unknown" | "run-ended" | "run-running" | "artefact-unknown" | "model-unknown" | "alias-unknown" | "model-in-use" | "name-invalid" | "registry-invalid" | "mlflow-unreachable" | "mlflow-auth" | "mlflow-refused" | "store-conflict" | "store-busy" | "store-unreachable" | "store-damaged" | "store-version" | "store-limit" | "audit-found" | "requirement-unmet" | "access-required" | "access-refused" | "access-forbidden" | "login-refused" | "rate-limited" | "user-unknown" | "user-exists" | "user-needed" | "user-invalid" | "access-full" | "session-unknown" | "access-key-unknown" | "access-key-invalid" | "request-refused" | "request-slow" | "serve-unprotected" | "tls-invalid" | "job-unknown" | "job-kind-unknown" | "job-invalid" | "job-ended" | "job-not-ended" | "jobs-full" | "job-interrupted" | "job-memory" | "job-died" | "rows-busy" | "flow-unknown" | "result-unknown" | "upload-unknown" | "upload-invalid" | "upload-too-large" | "upload-grows" | "upload-in-use" | "disk-full" | "capture-unknown" | "source-unknown" | "source-exists" | "sources-full" | "request-invalid" | "body-invalid" | "body-too-large" | "content-type" | "not-acceptable" | "route-unknown" | "method-wrong" | "feature-missing" | "feature-invalid" | "tensor-invalid" | "model-not-ready" | "address-unusable" | "console-missing" | "cancelled" | "verdict-found" | "internal";
            /** @description What was found, where, and what was expected, in one line. */
            detail: string;
            /** @description Fields that are not as they should be. */
            errors?: {
                expected: string;
                field: string;
                found: string;
            }[];
            /** @description What to do. */
            hint: string;
            /** @description The HTTP status. */
            status: number;
            title: string;
            /** @description Names the kind of failure: urn:orbweaver:problem:CODE. */
            type: string;
        };
        /** @description What went wrong (RFC 9457). */
        ProblemInput: {
            /**
             * @description The code of the table of errors.
             * @enum {string}
             */
            code: "usage" | "file-missing" | "file-permission" | "file-is-directory" | "file-read" | "file-write" | "capture-format" | "capture-corrupt" | "rows-format" | "rows-invalid" | "rows-too-large" | "schema-unknown" | "schema-mismatch" | "model-format" | "model-corrupt" | "model-version" | "onnx-invalid" | "onnx-unsupported" | "onnx-runtime" | "onnx-failed" | "labels-invalid" | "capture-program" | "capture-permission" | "capture-interface" | "capture-filter" | "capture-gone" | "capture-stopped" | "key-invalid" | "run-invalid" | "training-data" | "parameter-invalid" | "scenario-unknown" | "dataset-unknown" | "dataset-exists" | "dataset-damaged" | "project-invalid" | "import-rejects" | "recipe-invalid" | "split-impossible" | "influx-unreachable" | "influx-auth" | "influx-query" | "tree-unknown" | "run-unknown" | "run-ended" | "run-running" | "artefact-unknown" | "model-unknown" | "alias-unknown" | "model-in-use" | "name-invalid" | "registry-invalid" | "mlflow-unreachable" | "mlflow-auth" | "mlflow-refused" | "store-conflict" | "store-busy" | "store-unreachable" | "store-damaged" | "store-version" | "store-limit" | "audit-found" | "requirement-unmet" | "access-required" | "access-refused" | "access-forbidden" | "login-refused" | "rate-limited" | "user-unknown" | "user-exists" | "user-needed" | "user-invalid" | "access-full" | "session-unknown" | "access-key-unknown" | "access-key-invalid" | "request-refused" | "request-slow" | "serve-unprotected" | "tls-invalid" | "job-unknown" | "job-kind-unknown" | "job-invalid" | "job-ended" | "job-not-ended" | "jobs-full" | "job-interrupted" | "job-memory" | "job-died" | "rows-busy" | "flow-unknown" | "result-unknown" | "upload-unknown" | "upload-invalid" | "upload-too-large" | "upload-grows" | "upload-in-use" | "disk-full" | "capture-unknown" | "source-unknown" | "source-exists" | "sources-full" | "request-invalid" | "body-invalid" | "body-too-large" | "content-type" | "not-acceptable" | "route-unknown" | "method-wrong" | "feature-missing" | "feature-invalid" | "tensor-invalid" | "model-not-ready" | "address-unusable" | "console-missing" | "cancelled" | "verdict-found" | "internal";
            /** @description What was found, where, and what was expected, in one line. */
            detail: string;
            /** @description Fields that are not as they should be. */
            errors?: {
                expected: string;
                field: string;
                found: string;
            }[];
            /** @description What to do. */
            hint: string;
            /** @description The HTTP status. */
            status: number;
            title: string;
            /** @description Names the kind of failure: urn:orbweaver:problem:CODE. */
            type: string;
        };
        /** @description A page of the rows of a table. */
        RowsPage: {
            columns: {
                description: string;
                /** @enum {string} */
                kind: "number" | "text" | "time" | "other";
                name: string;
                unit: string;
            }[];
            offset: number;
            /** @description Values in the order of the columns; numbers that JavaScript cannot hold exactly are texts. */
            rows: (string | number | boolean | null)[][];
            /** @description Rows that fit. */
            total: number;
        };
        /** @description A page of the rows of a table. */
        RowsPageInput: {
            columns: {
                description: string;
                /** @enum {string} */
                kind: "number" | "text" | "time" | "other";
                name: string;
                unit: string;
            }[];
            offset: number;
            /** @description Values in the order of the columns; numbers that JavaScript cannot hold exactly are texts. */
            rows: (string | number | boolean | null)[][];
            /** @description Rows that fit. */
            total: number;
        };
        /** @description A live source, and what it has judged. */
        Source: {
            capture?: string;
            counts: {
                alerts: number;
                attacks: number;
                byClass: {
                    [key: string]: number;
                };
                /** @description On the wire. */
                bytes: number;
                flows: number;
                frames: number;
                framesLost: number;
                loops: number;
                /** @description Verdicts that were counted and not told one by one. */
                untold: number;
                verdicts: number;
            };
            /** @description SHA-256 of the model that judges. */
            digest: string;
            /** @description Moment in UTC, ISO 8601. */
            ended?: string;
            failure?: {
                code: string;
                hint: string;
                message: string;
            };
            filter?: string;
            interface?: string;
            /** @enum {string} */
            kind: "interface" | "replay";
            latest?: components["schemas"]["LiveSample"];
            ledger?: components["schemas"]["LiveLedger"];
            listeners: number;
            model: string;
            name: string;
            /** @description Over the last seconds; all 0 when it has ended. */
            rates: {
                bytesPerSecond: number;
                flowsPerSecond: number;
                packetsPerSecond: number;
                /** @description Time that they were measured over, by the clock of the server. */
                seconds: number;
                verdictsPerSecond: number;
            };
            remark?: string;
            speed?: number;
            /** @description Moment in UTC, ISO 8601. */
            started: string;
            /** @enum {string} */
            state: "starting" | "running" | "ended" | "failed";
            /** @description What must be equal in the ledger. */
            sums?: {
                left: number;
                name: string;
                right: number;
            }[];
            threshold?: number;
        };
        /** @description A live source, and what it has judged. */
        SourceInput: {
            capture?: string;
            counts: {
                alerts: number;
                attacks: number;
                byClass: {
                    [key: string]: number;
                };
                /** @description On the wire. */
                bytes: number;
                flows: number;
                frames: number;
                framesLost: number;
                loops: number;
                /** @description Verdicts that were counted and not told one by one. */
                untold: number;
                verdicts: number;
            };
            /** @description SHA-256 of the model that judges. */
            digest: string;
            /** @description Moment in UTC, ISO 8601. */
            ended?: string;
            failure?: {
                code: string;
                hint: string;
                message: string;
            };
            filter?: string;
            interface?: string;
            /** @enum {string} */
            kind: "interface" | "replay";
            latest?: components["schemas"]["LiveSampleInput"];
            ledger?: components["schemas"]["LiveLedgerInput"];
            listeners: number;
            model: string;
            name: string;
            /** @description Over the last seconds; all 0 when it has ended. */
            rates: {
                bytesPerSecond: number;
                flowsPerSecond: number;
                packetsPerSecond: number;
                /** @description Time that they were measured over, by the clock of the server. */
                seconds: number;
                verdictsPerSecond: number;
            };
            remark?: string;
            speed?: number;
            /** @description Moment in UTC, ISO 8601. */
            started: string;
            /** @enum {string} */
            state: "starting" | "running" | "ended" | "failed";
            /** @description What must be equal in the ledger. */
            sums?: {
                left: number;
                name: string;
                right: number;
            }[];
            threshold?: number;
        };
        TreeNode: {
            categories?: string[];
            classes?: {
                name: string;
                share: number;
            }[];
            column?: string;
            id: number;
            /**
             * @description The answer that a missing value is taken for.
             * @enum {string}
             */
            missing?: "yes" | "no";
            no?: components["schemas"]["TreeNode"];
            /** @description Absent of leaves. */
            question?: string;
            /** @description Training rows that reached it. */
            rows: number;
            threshold?: number;
            unit?: string;
            /** @description Share of the class, or what the tree adds to its score. */
            value: number;
            /** @description Absent where the depth ends. */
            yes?: components["schemas"]["TreeNode"];
        };
        TreeNodeInput: {
            categories?: string[];
            classes?: {
                name: string;
                share: number;
            }[];
            column?: string;
            id: number;
            /**
             * @description The answer that a missing value is taken for.
             * @enum {string}
             */
            missing?: "yes" | "no";
            no?: components["schemas"]["TreeNodeInput"];
            /** @description Absent of leaves. */
            question?: string;
            /** @description Training rows that reached it. */
            rows: number;
            threshold?: number;
            unit?: string;
            /** @description Share of the class, or what the tree adds to its score. */
            value: number;
            /** @description Absent where the depth ends. */
            yes?: components["schemas"]["TreeNodeInput"];
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    root: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        health_check: "OK";
                        model: string;
                        model_version: string;
                    };
                };
            };
            /** @description To the page, for browsers. */
            302: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Not available at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    auditLog: {
        parameters: {
            query?: {
                /** @description Entries before the one of this id. */
                before?: string;
                limit?: number;
                what?: string;
                who?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        entries: {
                            /**
                             * Format: date-time
                             * @description A moment in UTC (RFC 3339).
                             */
                            at: string;
                            detail?: string;
                            /** @description An address, or the command line. */
                            from: string;
                            id: string;
                            target: string;
                            what: string;
                            who: string;
                        }[];
                        /** @description Give it as `before` to read on. */
                        next?: string;
                    };
                };
            };
            /** @description The request is not as it should be. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller is not authenticated. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; the header Retry-After says when to come again. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    login: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name: string;
                    password: string;
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description Send it as `Authorization: Bearer …`. */
                        access_token: string;
                        /** @description Seconds that the access token counts. */
                        expires_in: number;
                        /** @description Seconds that the refresh token counts. */
                        refresh_expires_in: number;
                        /** @description Gives the next tokens, once: POST /auth/refresh. */
                        refresh_token: string;
                        /** @enum {string} */
                        token_type: "Bearer";
                        user: string;
                    };
                };
            };
            /** @description The request is not as it should be. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller is not authenticated. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is of a type that is not taken. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; the header Retry-After says when to come again. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    logout: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    refresh_token: string;
                };
            };
        };
        responses: {
            /** @description It counts no more. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request is not as it should be. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is of a type that is not taken. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; the header Retry-After says when to come again. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    whoAmI: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        kind: "user" | "key" | "anybody";
                        name: string;
                        /** @description The user whose API key it is. */
                        owner?: string;
                        permissions: ("read" | "predict" | "write" | "admin")[];
                    };
                };
            };
            /** @description The caller is not authenticated. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; the header Retry-After says when to come again. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    changeOwnPassword: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    new_password: string;
                    old_password: string;
                };
            };
        };
        responses: {
            /** @description It is changed. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request is not as it should be. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller is not authenticated. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is of a type that is not taken. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What was given cannot be processed. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; the header Retry-After says when to come again. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    refresh: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    refresh_token: string;
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description Send it as `Authorization: Bearer …`. */
                        access_token: string;
                        /** @description Seconds that the access token counts. */
                        expires_in: number;
                        /** @description Seconds that the refresh token counts. */
                        refresh_expires_in: number;
                        /** @description Gives the next tokens, once: POST /auth/refresh. */
                        refresh_token: string;
                        /** @enum {string} */
                        token_type: "Bearer";
                        user: string;
                    };
                };
            };
            /** @description The request is not as it should be. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller is not authenticated. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is of a type that is not taken. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; the header Retry-After says when to come again. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listRoles: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        permissions: {
                            meaning: string;
                            /** @enum {string} */
                            name: "read" | "predict" | "write" | "admin";
                        }[];
                        roles: {
                            meaning: string;
                            /** @enum {string} */
                            name: "viewer" | "analyst" | "admin";
                            permissions: ("read" | "predict" | "write" | "admin")[];
                        }[];
                    };
                };
            };
            /** @description The caller is not authenticated. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; the header Retry-After says when to come again. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listOwnSessions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        sessions: {
                            /**
                             * Format: date-time
                             * @description A moment in UTC (RFC 3339).
                             */
                            created: string;
                            /** @description Whether this request comes from it. */
                            current: boolean;
                            /**
                             * Format: date-time
                             * @description A moment in UTC (RFC 3339).
                             */
                            expires: string;
                            id: string;
                            /**
                             * Format: date-time
                             * @description When tokens were last issued to it.
                             */
                            refreshed: string;
                        }[];
                    };
                };
            };
            /** @description The caller is not authenticated. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; the header Retry-After says when to come again. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    endOwnSession: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It counts no more. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The caller is not authenticated. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; the header Retry-After says when to come again. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listCaptures: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        captures: components["schemas"]["Capture"][];
                    };
                };
            };
        };
    };
    uploadCapture: {
        parameters: {
            query?: {
                /** @description What the file is called, where it is the body; its ending may tell its format. */
                name?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description The bytes of the file, or a multipart form with one file. */
        requestBody: {
            content: {
                "application/octet-stream": unknown;
                "multipart/form-data": unknown;
            };
        };
        responses: {
            /** @description Default Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Capture"];
                };
            };
            /** @description The request is not as it should be. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is of a type that is not taken. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no room left. */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    showCapture: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Capture"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What was given cannot be processed. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    removeCapture: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        removed: string[];
                    };
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not go with what is there. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    downloadCapture: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": unknown;
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    explainFlow: {
        parameters: {
            query?: {
                /** @description Class to explain instead of the one that was given. */
                class?: string;
                /** @description Where no job is given, with `start_us` and `model`. */
                community_id?: string;
                /** @description A job `score` on this capture, with `row`. */
                job?: string;
                /** @description A model: bundled, NAME, NAME@ALIAS or NAME:VERSION. */
                model?: string;
                /** @description Number of the row in its table, from 1. */
                row?: number;
                /** @description First packet, µs since 1970 UTC, as the capture has it. */
                start_us?: number;
                threshold?: number;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Flow"];
                };
            };
            /** @description The request is not as it should be. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What was given cannot be processed. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    flowPackets: {
        parameters: {
            query: {
                destination_address: string;
                /** @description ICMP: code. */
                destination_port?: number;
                /** @description First packet, µs since 1970 UTC, included. */
                from_us: number;
                /** @description Packets told in full. */
                limit?: number;
                offset?: number;
                source_address: string;
                /** @description ICMP: type. */
                source_port?: number;
                /** @description Last packet, included. */
                to_us: number;
                /** @description tcp, udp, icmp, icmpv6, sctp, or a protocol number. */
                transport: string;
                /** @description Look into tunnels, as the flows were cut out. */
                tunnels?: "true" | "false";
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FlowPackets"];
                };
            };
            /** @description The request is not as it should be. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What was given cannot be processed. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    flowCapture: {
        parameters: {
            query: {
                destination_address: string;
                /** @description ICMP: code. */
                destination_port?: number;
                /** @description First packet, µs since 1970 UTC, included. */
                from_us: number;
                source_address: string;
                /** @description ICMP: type. */
                source_port?: number;
                /** @description Last packet, included. */
                to_us: number;
                /** @description tcp, udp, icmp, icmpv6, sctp, or a protocol number. */
                transport: string;
                /** @description Look into tunnels, as the flows were cut out. */
                tunnels?: "true" | "false";
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.tcpdump.pcap": unknown;
                };
            };
            /** @description The request is not as it should be. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What was given cannot be processed. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listDatasets: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        datasets: components["schemas"]["Dataset"][];
                    };
                };
            };
        };
    };
    showDataset: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Dataset"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What was given cannot be processed. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    removeDataset: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        removed: string[];
                    };
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What was given cannot be processed. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    auditDataset: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not available at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    pageOfDataset: {
        parameters: {
            query?: {
                limit?: number;
                offset?: number;
                /** @description Part of a split: train, SPLIT/train. */
                part?: string;
                table?: string;
            };
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        columns: {
                            description: string;
                            kind: string;
                            name: string;
                            role: string;
                            unit: string;
                        }[];
                        /** @description Values by column, as texts; long ones are cut. Null is missing. */
                        rows: (string | null)[][];
                        /** @description Rows of the table or part. */
                        total: number;
                    };
                };
            };
            /** @description The request is not as it should be. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What was given cannot be processed. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    profileDataset: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not available at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    downloadDataset: {
        parameters: {
            query?: {
                format?: "csv" | "parquet" | "jsonl";
                /** @description Part of a split: train, SPLIT/train. */
                part?: string;
                table?: string;
            };
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The rows. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": unknown;
                };
            };
            /** @description The request is not as it should be. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What was given cannot be processed. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not available at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    live: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        release: string;
                        /** @enum {string} */
                        status: "ok";
                    };
                };
            };
        };
    };
    listImporters: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        importers: {
                            description: string;
                            id: string;
                            title: string;
                        }[];
                    };
                };
            };
        };
    };
    listInterfaces: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        interfaces: {
                            description: string;
                            name: string;
                        }[];
                    };
                };
            };
            /** @description The caller may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not available at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listJobs: {
        parameters: {
            query?: {
                kind?: string;
                /** @description How many to give at the most. */
                limit?: number;
                /** @description How many to leave out in front. */
                offset?: number;
                owner?: string;
                state?: "queued" | "running" | "finished" | "failed" | "cancelled" | "interrupted";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        jobs: components["schemas"]["Job"][];
                        total: number;
                    };
                };
            };
            /** @description The request is not as it should be. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createJob: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewJobInput"];
            };
        };
        responses: {
            /** @description Default Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description The request is not as it should be. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What was given cannot be processed. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not available at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    showJob: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    removeJob: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        removed: string[];
                    };
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not go with what is there. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    cancelJob: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not go with what is there. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    jobCurves: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        fits: {
                            name: string;
                            points: {
                                done: number;
                                metrics: {
                                    [key: string]: number;
                                };
                            }[];
                            /** @description Iterations planned. */
                            total: number;
                        }[];
                    };
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    jobEvents: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Events. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; the header Retry-After says when to come again. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    jobLog: {
        parameters: {
            query?: {
                /** @description How many bytes at the most. */
                bytes?: number;
                /** @description First byte that is wanted; the end of the log unless given. */
                from?: number;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LogPart"];
                };
            };
            /** @description The request is not as it should be. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    jobResult: {
        parameters: {
            query?: {
                /** @description Of tables; as they are kept unless given. */
                format?: "csv" | "parquet" | "jsonl";
                /** @description Ascending unless given. */
                order?: "ascending" | "descending";
                /** @description Column to sort by; rows that are alike keep their order. */
                sort?: string;
                /** @description Conditions that all have to hold, as JSON: [{"column": "class", "is": "equal", "value": ["DDoS", "Bot"]}, {"column": ["source_port", "destination_port"], "is": "equal", "value": 80}]. Of several columns or values, one has to fit. `is`: equal, different, at-least, at-most, contains, starts, missing, present. */
                where?: string;
            };
            header?: never;
            path: {
                id: string;
                result: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": unknown;
                };
            };
            /** @description The request is not as it should be. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not available at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    jobResultRows: {
        parameters: {
            query?: {
                /** @description Rows to give at the most. */
                limit?: number;
                /** @description Rows to leave out in front. */
                offset?: number;
                /** @description Ascending unless given. */
                order?: "ascending" | "descending";
                /** @description Column to sort by; rows that are alike keep their order. */
                sort?: string;
                /** @description Conditions that all have to hold, as JSON: [{"column": "class", "is": "equal", "value": ["DDoS", "Bot"]}, {"column": ["source_port", "destination_port"], "is": "equal", "value": 80}]. Of several columns or values, one has to fit. `is`: equal, different, at-least, at-most, contains, starts, missing, present. */
                where?: string;
            };
            header?: never;
            path: {
                id: string;
                result: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RowsPage"];
                };
            };
            /** @description The request is not as it should be. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not available at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listJobKinds: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        kinds: {
                            description: string;
                            /** @description JSON Schema of the request. */
                            form: unknown;
                            id: string;
                            /** @enum {string} */
                            recovery: "resume" | "again" | "never";
                        }[];
                    };
                };
            };
        };
    };
    listKeys: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        keys: {
                            /**
                             * Format: date-time
                             * @description A moment in UTC (RFC 3339).
                             */
                            created: string;
                            created_by: string;
                            /**
                             * Format: date-time
                             * @description A moment in UTC (RFC 3339).
                             */
                            expires?: string;
                            id: string;
                            name: string;
                            owner?: string;
                            /**
                             * Format: date-time
                             * @description A moment in UTC (RFC 3339).
                             */
                            revoked?: string;
                            scopes: ("read" | "predict" | "write" | "admin")[];
                            /** @enum {string} */
                            state: "usable" | "expired" | "revoked";
                            /**
                             * Format: date-time
                             * @description Last use, to the hour.
                             */
                            used?: string;
                        }[];
                    };
                };
            };
            /** @description The caller is not authenticated. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; the header Retry-After says when to come again. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createKey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Days that it counts; for ever without. */
                    days?: number;
                    /** @description 2 to 64 lower-case letters, digits and . _ @ -, with a letter or digit at either end. */
                    name: string;
                    /** @description The user whose key it is; without one it is the machine's. */
                    owner?: string;
                    scopes: ("read" | "predict" | "write" | "admin")[];
                };
            };
        };
        responses: {
            /** @description Default Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        key: {
                            /**
                             * Format: date-time
                             * @description A moment in UTC (RFC 3339).
                             */
                            created: string;
                            created_by: string;
                            /**
                             * Format: date-time
                             * @description A moment in UTC (RFC 3339).
                             */
                            expires?: string;
                            id: string;
                            name: string;
                            owner?: string;
                            /**
                             * Format: date-time
                             * @description A moment in UTC (RFC 3339).
                             */
                            revoked?: string;
                            scopes: ("read" | "predict" | "write" | "admin")[];
                            /** @enum {string} */
                            state: "usable" | "expired" | "revoked";
                            /**
                             * Format: date-time
                             * @description Last use, to the hour.
                             */
                            used?: string;
                        };
                        /** @description The key itself: shown this once. */
                        secret: string;
                    };
                };
            };
            /** @description The request is not as it should be. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller is not authenticated. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not go with what is there. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is of a type that is not taken. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What was given cannot be processed. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; the header Retry-After says when to come again. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    revokeKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * Format: date-time
                         * @description A moment in UTC (RFC 3339).
                         */
                        created: string;
                        created_by: string;
                        /**
                         * Format: date-time
                         * @description A moment in UTC (RFC 3339).
                         */
                        expires?: string;
                        id: string;
                        name: string;
                        owner?: string;
                        /**
                         * Format: date-time
                         * @description A moment in UTC (RFC 3339).
                         */
                        revoked?: string;
                        scopes: ("read" | "predict" | "write" | "admin")[];
                        /** @enum {string} */
                        state: "usable" | "expired" | "revoked";
                        /**
                         * Format: date-time
                         * @description Last use, to the hour.
                         */
                        used?: string;
                    };
                };
            };
            /** @description The request is not as it should be. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller is not authenticated. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; the header Retry-After says when to come again. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listLearners: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        learners: {
                            description: string;
                            id: string;
                            parameters: ({
                                name: string;
                            } & {
                                [key: string]: unknown;
                            })[];
                            /** @enum {string} */
                            task: "classification" | "anomaly";
                        }[];
                    };
                };
            };
        };
    };
    showLearner: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A learner, and what can be set. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        description: string;
                        id: string;
                        parameters: ({
                            name: string;
                        } & {
                            [key: string]: unknown;
                        })[];
                        /** @enum {string} */
                        task: "classification" | "anomaly";
                    };
                };
            };
            /** @description The request is not as it should be. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    metrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Figures. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
        };
    };
    listModels: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        models: {
                            /** @description Versions by alias. */
                            aliases: {
                                [key: string]: number;
                            };
                            created: string;
                            /** @description What happened to aliases, oldest first. */
                            history: {
                                alias: string;
                                at: string;
                                by?: string;
                                /** @enum {string} */
                                how: "promote" | "roll back" | "remove";
                                version?: number;
                            }[];
                            name: string;
                            versions: {
                                benignClasses: string[];
                                by?: string;
                                bytes: number;
                                classes: string[];
                                created: string;
                                learner: string;
                                metrics: {
                                    [key: string]: number;
                                };
                                name: string;
                                /** @description SHA-256 of the model file. */
                                object: string;
                                run?: string;
                                schema: {
                                    columns: number;
                                    fingerprint: string;
                                    id: string;
                                };
                                source?: string;
                                version: number;
                            }[];
                        }[];
                        served: {
                            benignClasses: string[];
                            classes: string[];
                            /** @description SHA-256 of the model file. */
                            digest: string;
                            /** @description Whether it answers requests that name no model. */
                            isMain: boolean;
                            kind: string;
                            /** @description Whether it can tell rows that are like nothing seen in training. */
                            knowsUnknown: boolean;
                            name: string;
                            reference: string;
                            /** @description Rows that it judged. */
                            rows: number;
                            schema: {
                                columns: number;
                                fingerprint: string;
                                id: string;
                            };
                            threshold: number;
                            version: string;
                        }[];
                    };
                };
            };
        };
    };
    showModel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        model: {
                            /** @description Versions by alias. */
                            aliases: {
                                [key: string]: number;
                            };
                            created: string;
                            /** @description What happened to aliases, oldest first. */
                            history: {
                                alias: string;
                                at: string;
                                by?: string;
                                /** @enum {string} */
                                how: "promote" | "roll back" | "remove";
                                version?: number;
                            }[];
                            name: string;
                            versions: {
                                benignClasses: string[];
                                by?: string;
                                bytes: number;
                                classes: string[];
                                created: string;
                                learner: string;
                                metrics: {
                                    [key: string]: number;
                                };
                                name: string;
                                /** @description SHA-256 of the model file. */
                                object: string;
                                run?: string;
                                schema: {
                                    columns: number;
                                    fingerprint: string;
                                    id: string;
                                };
                                source?: string;
                                version: number;
                            }[];
                        } | null;
                        served: {
                            benignClasses: string[];
                            classes: string[];
                            /** @description SHA-256 of the model file. */
                            digest: string;
                            /** @description Whether it answers requests that name no model. */
                            isMain: boolean;
                            kind: string;
                            /** @description Whether it can tell rows that are like nothing seen in training. */
                            knowsUnknown: boolean;
                            name: string;
                            reference: string;
                            /** @description Rows that it judged. */
                            rows: number;
                            schema: {
                                columns: number;
                                fingerprint: string;
                                id: string;
                            };
                            threshold: number;
                            version: string;
                        } | null;
                    };
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    promote: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                alias: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Version that the alias must name now, 0 for none. */
                    expected?: number;
                    /** @description Default: the newest. */
                    version?: number;
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        alias: string;
                        before?: number;
                        name: string;
                        version?: number;
                    };
                };
            };
            /** @description The request is not as it should be. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not go with what is there. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    removeAlias: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                alias: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        alias: string;
                        before?: number;
                        name: string;
                        version?: number;
                    };
                };
            };
            /** @description The request is not as it should be. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not go with what is there. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    rollBack: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                alias: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Version that the alias must name now, 0 for none. */
                    expected?: number;
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        alias: string;
                        before?: number;
                        name: string;
                        version?: number;
                    };
                };
            };
            /** @description The request is not as it should be. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not go with what is there. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    registerModel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Id of a training. */
                    run: string;
                };
            };
        };
        responses: {
            /** @description Default Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        benignClasses: string[];
                        by?: string;
                        bytes: number;
                        classes: string[];
                        created: string;
                        learner: string;
                        metrics: {
                            [key: string]: number;
                        };
                        name: string;
                        /** @description SHA-256 of the model file. */
                        object: string;
                        run?: string;
                        schema: {
                            columns: number;
                            fingerprint: string;
                            id: string;
                        };
                        source?: string;
                        version: number;
                    };
                };
            };
            /** @description The request is not as it should be. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not go with what is there. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What was given cannot be processed. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    modelCard: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                ref: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ModelCard"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What was given cannot be processed. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    modelFields: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                ref: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        benignClasses: string[];
                        classes: string[];
                        fields: {
                            categories: string[];
                            description: string;
                            /** @description Of a connection that was really metered; null for missing. */
                            example?: number | string | null;
                            /** @enum {string} */
                            kind: "numeric" | "categorical";
                            name: string;
                            unit: string;
                            /** @description Least and greatest value in the bundled capture. */
                            usual?: {
                                high: number;
                                low: number;
                            };
                        }[];
                        knowsUnknown: boolean;
                        name: string;
                        schema: {
                            columns: number;
                            fingerprint: string;
                            id: string;
                        };
                        threshold: number;
                        version: string;
                    };
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What was given cannot be processed. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    modelFile: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                ref: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": unknown;
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What was given cannot be processed. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    modelOnnx: {
        parameters: {
            query?: {
                /** @description One matrix, or one input a column. */
                inputs?: "features" | "columns";
                /** @description Element type of numbers that go in. */
                numbers?: "double" | "float";
            };
            header?: never;
            path: {
                ref: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": unknown;
                };
            };
            /** @description The request is not as it should be. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What was given cannot be processed. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    predictWith: {
        parameters: {
            query?: {
                /** @description What to do with rows that lack fields: refuse them, or take them as missing. Default: refuse. */
                missing?: "allow" | "refuse";
                /** @description How many reasons to give for each row: the fields that moved its score most. Default: 0. */
                reasons?: number;
            };
            header?: never;
            path: {
                ref: string;
            };
            cookie?: never;
        };
        /** @description One row, or many: a list, or a list under `rows` or `instances`. */
        requestBody: {
            content: {
                "application/json": {
                    [key: string]: unknown;
                } | ({
                    [key: string]: unknown;
                } | unknown[])[] | {
                    rows: unknown[];
                } | {
                    instances: unknown[];
                };
                "application/x-ndjson": {
                    [key: string]: unknown;
                } | ({
                    [key: string]: unknown;
                } | unknown[])[] | {
                    rows: unknown[];
                } | {
                    instances: unknown[];
                };
                "text/csv": {
                    [key: string]: unknown;
                } | ({
                    [key: string]: unknown;
                } | unknown[])[] | {
                    rows: unknown[];
                } | {
                    instances: unknown[];
                };
            };
        };
        responses: {
            /** @description Verdicts, in the form that the header Accept asks for, else in that of the rows. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description Whether it is an attack, at the threshold. */
                        attack: boolean;
                        /** @description Summed probability of the classes that are attacks. */
                        attack_probability: number;
                        /** @description Name of the class. */
                        class_label: string;
                        /** @description Probability of the class. */
                        confidence: number;
                        /** @description Fields that mean nothing to the model. */
                        ignored?: string[];
                        model: {
                            name: string;
                            version: string;
                        };
                        /** @description Index of the class. */
                        predicted_class: number;
                        /** @description Name of the class. */
                        prediction: string;
                        /** @description Probability of every class. */
                        probabilities: {
                            [key: string]: number;
                        };
                        reasons?: {
                            /** @description How much it moved the score; positive towards the class. */
                            amount: number;
                            feature: string;
                            text: string;
                            unit: string;
                            value: number | string | null;
                        }[];
                        /** @enum {string} */
                        status: "success";
                        /** @description Whether it is like nothing seen in training; only of models that can tell. */
                        unknown?: boolean;
                        /** @description Fields with a category that the schema does not know; it is taken as missing. */
                        unknown_categories?: string[];
                    } | {
                        /** @description Fields that mean nothing to the model. */
                        ignored?: string[];
                        model: {
                            name: string;
                            version: string;
                        };
                        predictions: {
                            /** @description Whether it is an attack, at the threshold. */
                            attack: boolean;
                            /** @description Summed probability of the classes that are attacks. */
                            attack_probability: number;
                            /** @description Name of the class. */
                            class_label: string;
                            /** @description Probability of the class. */
                            confidence: number;
                            /** @description Index of the class. */
                            predicted_class: number;
                            /** @description Name of the class. */
                            prediction: string;
                            /** @description Probability of every class. */
                            probabilities: {
                                [key: string]: number;
                            };
                            reasons?: {
                                /** @description How much it moved the score; positive towards the class. */
                                amount: number;
                                feature: string;
                                text: string;
                                unit: string;
                                value: number | string | null;
                            }[];
                            /** @description Whether it is like nothing seen in training; only of models that can tell. */
                            unknown?: boolean;
                        }[];
                        rows: number;
                        /** @description Fields with a category that the schema does not know; it is taken as missing. */
                        unknown_categories?: string[];
                    };
                    "application/x-ndjson": string;
                    "text/csv": string;
                };
            };
            /** @description The request is not as it should be. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description The code of the table of errors.
                         * @enum {string}
                         */
                        code: "usage" | "file-missing" | "file-permission" | "file-is-directory" | "file-read" | "file-write" | "capture-format" | "capture-corrupt" | "rows-format" | "rows-invalid" | "rows-too-large" | "schema-unknown" | "schema-mismatch" | "model-format" | "model-corrupt" | "model-version" | "onnx-invalid" | "onnx-unsupported" | "onnx-runtime" | "onnx-failed" | "labels-invalid" | "capture-program" | "capture-permission" | "capture-interface" | "capture-filter" | "capture-gone" | "capture-stopped" | "key-invalid" | "run-invalid" | "training-data" | "parameter-invalid" | "scenario-unknown" | "dataset-unknown" | "dataset-exists" | "dataset-damaged" | "project-invalid" | "import-rejects" | "recipe-invalid" | "split-impossible" | "influx-unreachable" | "influx-auth" | "influx-query" | "tree-unknown" | "run-unknown" | "run-ended" | "run-running" | "artefact-unknown" | "model-unknown" | "alias-unknown" | "model-in-use" | "name-invalid" | "registry-invalid" | "mlflow-unreachable" | "mlflow-auth" | "mlflow-refused" | "store-conflict" | "store-busy" | "store-unreachable" | "store-damaged" | "store-version" | "store-limit" | "audit-found" | "requirement-unmet" | "access-required" | "access-refused" | "access-forbidden" | "login-refused" | "rate-limited" | "user-unknown" | "user-exists" | "user-needed" | "user-invalid" | "access-full" | "session-unknown" | "access-key-unknown" | "access-key-invalid" | "request-refused" | "request-slow" | "serve-unprotected" | "tls-invalid" | "job-unknown" | "job-kind-unknown" | "job-invalid" | "job-ended" | "job-not-ended" | "jobs-full" | "job-interrupted" | "job-memory" | "job-died" | "rows-busy" | "flow-unknown" | "result-unknown" | "upload-unknown" | "upload-invalid" | "upload-too-large" | "upload-grows" | "upload-in-use" | "disk-full" | "capture-unknown" | "source-unknown" | "source-exists" | "sources-full" | "request-invalid" | "body-invalid" | "body-too-large" | "content-type" | "not-acceptable" | "route-unknown" | "method-wrong" | "feature-missing" | "feature-invalid" | "tensor-invalid" | "model-not-ready" | "address-unusable" | "console-missing" | "cancelled" | "verdict-found" | "internal";
                        /** @description What was found, where, and what was expected, in one line. */
                        detail: string;
                        /** @description The same as `detail`, for a single row. */
                        error?: string;
                        /** @description Fields that are not as they should be. */
                        errors?: {
                            expected: string;
                            field: string;
                            found: string;
                        }[];
                        /** @description What to do. */
                        hint: string;
                        /** @description The HTTP status; "failed" for a single row. */
                        status: number | "failed";
                        title: string;
                        /** @description Names the kind of failure: urn:orbweaver:problem:CODE. */
                        type: string;
                    };
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No form that was asked for can be given. */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is of a type that is not taken. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not available at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    modelTree: {
        parameters: {
            query?: {
                /** @description Class whose score is told. */
                class?: string;
                /** @description 4 unless given. */
                depth?: number;
                /** @description Where to begin; the root unless given. */
                node?: number;
                /** @description Of those of the class, from 1. */
                tree?: number;
            };
            header?: never;
            path: {
                ref: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One tree of a model, from a node down to a depth. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        class: string;
                        /** @description Of the whole tree. */
                        nodes: number;
                        root: components["schemas"]["TreeNode"];
                        /** @enum {string} */
                        scale: "probability" | "log-odds";
                        tree: number;
                        trees: number;
                    };
                };
            };
            /** @description The request is not as it should be. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What was given cannot be processed. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    predict: {
        parameters: {
            query?: {
                /** @description What to do with rows that lack fields: refuse them, or take them as missing. Default: refuse. */
                missing?: "allow" | "refuse";
                /** @description How many reasons to give for each row: the fields that moved its score most. Default: 0. */
                reasons?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description One row, or many: a list, or a list under `rows` or `instances`. */
        requestBody: {
            content: {
                "application/json": {
                    [key: string]: unknown;
                } | ({
                    [key: string]: unknown;
                } | unknown[])[] | {
                    rows: unknown[];
                } | {
                    instances: unknown[];
                };
                "application/x-ndjson": {
                    [key: string]: unknown;
                } | ({
                    [key: string]: unknown;
                } | unknown[])[] | {
                    rows: unknown[];
                } | {
                    instances: unknown[];
                };
                "text/csv": {
                    [key: string]: unknown;
                } | ({
                    [key: string]: unknown;
                } | unknown[])[] | {
                    rows: unknown[];
                } | {
                    instances: unknown[];
                };
            };
        };
        responses: {
            /** @description Verdicts, in the form that the header Accept asks for, else in that of the rows. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description Whether it is an attack, at the threshold. */
                        attack: boolean;
                        /** @description Summed probability of the classes that are attacks. */
                        attack_probability: number;
                        /** @description Name of the class. */
                        class_label: string;
                        /** @description Probability of the class. */
                        confidence: number;
                        /** @description Fields that mean nothing to the model. */
                        ignored?: string[];
                        model: {
                            name: string;
                            version: string;
                        };
                        /** @description Index of the class. */
                        predicted_class: number;
                        /** @description Name of the class. */
                        prediction: string;
                        /** @description Probability of every class. */
                        probabilities: {
                            [key: string]: number;
                        };
                        reasons?: {
                            /** @description How much it moved the score; positive towards the class. */
                            amount: number;
                            feature: string;
                            text: string;
                            unit: string;
                            value: number | string | null;
                        }[];
                        /** @enum {string} */
                        status: "success";
                        /** @description Whether it is like nothing seen in training; only of models that can tell. */
                        unknown?: boolean;
                        /** @description Fields with a category that the schema does not know; it is taken as missing. */
                        unknown_categories?: string[];
                    } | {
                        /** @description Fields that mean nothing to the model. */
                        ignored?: string[];
                        model: {
                            name: string;
                            version: string;
                        };
                        predictions: {
                            /** @description Whether it is an attack, at the threshold. */
                            attack: boolean;
                            /** @description Summed probability of the classes that are attacks. */
                            attack_probability: number;
                            /** @description Name of the class. */
                            class_label: string;
                            /** @description Probability of the class. */
                            confidence: number;
                            /** @description Index of the class. */
                            predicted_class: number;
                            /** @description Name of the class. */
                            prediction: string;
                            /** @description Probability of every class. */
                            probabilities: {
                                [key: string]: number;
                            };
                            reasons?: {
                                /** @description How much it moved the score; positive towards the class. */
                                amount: number;
                                feature: string;
                                text: string;
                                unit: string;
                                value: number | string | null;
                            }[];
                            /** @description Whether it is like nothing seen in training; only of models that can tell. */
                            unknown?: boolean;
                        }[];
                        rows: number;
                        /** @description Fields with a category that the schema does not know; it is taken as missing. */
                        unknown_categories?: string[];
                    };
                    "application/x-ndjson": string;
                    "text/csv": string;
                };
            };
            /** @description The request is not as it should be. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description The code of the table of errors.
                         * @enum {string}
                         */
                        code: "usage" | "file-missing" | "file-permission" | "file-is-directory" | "file-read" | "file-write" | "capture-format" | "capture-corrupt" | "rows-format" | "rows-invalid" | "rows-too-large" | "schema-unknown" | "schema-mismatch" | "model-format" | "model-corrupt" | "model-version" | "onnx-invalid" | "onnx-unsupported" | "onnx-runtime" | "onnx-failed" | "labels-invalid" | "capture-program" | "capture-permission" | "capture-interface" | "capture-filter" | "capture-gone" | "capture-stopped" | "key-invalid" | "run-invalid" | "training-data" | "parameter-invalid" | "scenario-unknown" | "dataset-unknown" | "dataset-exists" | "dataset-damaged" | "project-invalid" | "import-rejects" | "recipe-invalid" | "split-impossible" | "influx-unreachable" | "influx-auth" | "influx-query" | "tree-unknown" | "run-unknown" | "run-ended" | "run-running" | "artefact-unknown" | "model-unknown" | "alias-unknown" | "model-in-use" | "name-invalid" | "registry-invalid" | "mlflow-unreachable" | "mlflow-auth" | "mlflow-refused" | "store-conflict" | "store-busy" | "store-unreachable" | "store-damaged" | "store-version" | "store-limit" | "audit-found" | "requirement-unmet" | "access-required" | "access-refused" | "access-forbidden" | "login-refused" | "rate-limited" | "user-unknown" | "user-exists" | "user-needed" | "user-invalid" | "access-full" | "session-unknown" | "access-key-unknown" | "access-key-invalid" | "request-refused" | "request-slow" | "serve-unprotected" | "tls-invalid" | "job-unknown" | "job-kind-unknown" | "job-invalid" | "job-ended" | "job-not-ended" | "jobs-full" | "job-interrupted" | "job-memory" | "job-died" | "rows-busy" | "flow-unknown" | "result-unknown" | "upload-unknown" | "upload-invalid" | "upload-too-large" | "upload-grows" | "upload-in-use" | "disk-full" | "capture-unknown" | "source-unknown" | "source-exists" | "sources-full" | "request-invalid" | "body-invalid" | "body-too-large" | "content-type" | "not-acceptable" | "route-unknown" | "method-wrong" | "feature-missing" | "feature-invalid" | "tensor-invalid" | "model-not-ready" | "address-unusable" | "console-missing" | "cancelled" | "verdict-found" | "internal";
                        /** @description What was found, where, and what was expected, in one line. */
                        detail: string;
                        /** @description The same as `detail`, for a single row. */
                        error?: string;
                        /** @description Fields that are not as they should be. */
                        errors?: {
                            expected: string;
                            field: string;
                            found: string;
                        }[];
                        /** @description What to do. */
                        hint: string;
                        /** @description The HTTP status; "failed" for a single row. */
                        status: number | "failed";
                        title: string;
                        /** @description Names the kind of failure: urn:orbweaver:problem:CODE. */
                        type: string;
                    };
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No form that was asked for can be given. */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is of a type that is not taken. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not available at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listPresets: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        presets: {
                            classes?: string[];
                            cv?: number;
                            data: string;
                            exclude?: string[];
                            holdout?: number;
                            id: string;
                            label: string[];
                            labelMap?: string;
                            learners: string[];
                            metric: string;
                            /** @description What its score is worth. */
                            remark: string;
                            select?: string;
                            set?: string[];
                            title: string;
                        }[];
                    };
                };
            };
        };
    };
    ready: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        models: {
                            name: string;
                            schema: string;
                            version: string;
                        }[];
                        /** @description Models that could not be loaded; the ones before stay in charge. */
                        problems: {
                            message: string;
                            name: string;
                        }[];
                        ready: boolean;
                    };
                };
            };
            /** @description A model is not in charge. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        models: {
                            name: string;
                            schema: string;
                            version: string;
                        }[];
                        /** @description Models that could not be loaded; the ones before stay in charge. */
                        problems: {
                            message: string;
                            name: string;
                        }[];
                        ready: boolean;
                    };
                };
            };
        };
    };
    checkRecipe: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description A recipe in YAML. */
                    text: string;
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description The recipe as plain data. */
                        given: unknown;
                        /** @description What each step learns from rows; null for nothing. */
                        learns: (string | null)[];
                    };
                };
            };
            /** @description The request is not as it should be. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What was given cannot be processed. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listRecipeSteps: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description JSON Schema of what a split of a data set is asked for. */
                        split: unknown;
                        steps: {
                            /** @description JSON Schema of its options; `short` names the one that may stand alone in their place. */
                            form: unknown;
                            name: string;
                            summary: string;
                        }[];
                    };
                };
            };
        };
    };
    listRuns: {
        parameters: {
            query?: {
                kind?: "train" | "evaluate";
                learner?: string;
                /** @description How many to give at the most. */
                limit?: number;
                model?: string;
                /** @description SHA-256 of the model file that was made or judged. */
                object?: string;
                /** @description How many to leave out in front. */
                offset?: number;
                /** @description A data set with all its parts, or the name of a file. */
                rows?: string;
                schema?: string;
                /** @description Name of a metric, such as macroF1. */
                sort?: string;
                state?: "running" | "finished" | "failed" | "cancelled" | "interrupted";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        runs: ({
                            id: string;
                            /** @enum {string} */
                            kind: "train" | "evaluate";
                            started: string;
                            /** @enum {string} */
                            state: "running" | "finished" | "failed" | "cancelled" | "interrupted";
                        } & {
                            [key: string]: unknown;
                        })[];
                        total: number;
                    };
                };
            };
            /** @description The request is not as it should be. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    showRun: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description A training or an evaluation: settings, figures, what it left. */
                        run: {
                            id: string;
                            /** @enum {string} */
                            kind: "train" | "evaluate";
                            started: string;
                            /** @enum {string} */
                            state: "running" | "finished" | "failed" | "cancelled" | "interrupted";
                        } & {
                            [key: string]: unknown;
                        };
                        versions: unknown[];
                    };
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    removeRun: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        bytes: number;
                        removed: string[];
                    };
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not go with what is there. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    runArtefact: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                artefact: string;
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": unknown;
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    runCard: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ModelCard"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What was given cannot be processed. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    runTree: {
        parameters: {
            query?: {
                /** @description Class whose score is told. */
                class?: string;
                /** @description 4 unless given. */
                depth?: number;
                /** @description Where to begin; the root unless given. */
                node?: number;
                /** @description Of those of the class, from 1. */
                tree?: number;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One tree of a model, from a node down to a depth. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        class: string;
                        /** @description Of the whole tree. */
                        nodes: number;
                        root: components["schemas"]["TreeNode"];
                        /** @enum {string} */
                        scale: "probability" | "log-odds";
                        tree: number;
                        trees: number;
                    };
                };
            };
            /** @description The request is not as it should be. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What was given cannot be processed. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    compareRuns: {
        parameters: {
            query: {
                /** @description Ids of trainings, with commas between. */
                runs: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        runs: unknown[];
                        warnings: string[];
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description The request is not as it should be. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What was given cannot be processed. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listSchemas: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        schemas: {
                            columns: number;
                            description: string;
                            fingerprint: string;
                            id: string;
                            /** @enum {string} */
                            rowOf: "flow" | "packet";
                            title: string;
                        }[];
                    };
                };
            };
        };
    };
    showSchema: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        columns: {
                            categories: string[];
                            description: string;
                            /** @description Of a connection that was really metered; null for missing. */
                            example?: number | string | null;
                            /** @enum {string} */
                            kind: "numeric" | "categorical";
                            name: string;
                            unit: string;
                            /** @description Least and greatest value in the bundled capture. */
                            usual?: {
                                high: number;
                                low: number;
                            };
                        }[];
                        description: string;
                        fingerprint: string;
                        id: string;
                        /** @enum {string} */
                        rowOf: "flow" | "packet";
                        title: string;
                    };
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listScores: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        scores: {
                            greaterIsBetter: boolean;
                            id: string;
                            meaning: string;
                            title: string;
                        }[];
                    };
                };
            };
        };
    };
    shadow: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        shadow: {
                            /** @description Share of rows to which both gave the same class. */
                            agreement?: number;
                            challenger: string;
                            champion: string;
                            differences: {
                                challenger: string;
                                champion: string;
                                rows: number;
                            }[];
                            /** @description Rows that found no room in the challenger's queue. */
                            dropped: number;
                            failure?: string;
                            latency: {
                                blocks: number;
                                buckets: {
                                    blocks: number;
                                    leUs: number;
                                }[];
                                maxUsPerBlock: number;
                                meanUsPerRow: number;
                            };
                            /** @description Rows that both scored. */
                            rows: number;
                            sameClass: number;
                            sameVerdict: number;
                            scoreDifference: {
                                max: number;
                                mean: number;
                            };
                            /** @enum {string} */
                            state: "starting" | "running" | "failed" | "closed";
                            waiting: number;
                        } | null;
                    };
                };
            };
        };
    };
    listSources: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        sources: components["schemas"]["Source"][];
                    };
                };
            };
        };
    };
    startSource: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewSourceInput"];
            };
        };
        responses: {
            /** @description Default Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Source"];
                };
            };
            /** @description The request is not as it should be. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not go with what is there. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not available at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    showSource: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Source"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    stopSource: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Source"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    sourceAlerts: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description Those that go on, the one that last had a flow first; then those that ended, the newest first. 100 of each at the most. */
                        alerts: components["schemas"]["LiveAlert"][];
                    };
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    sourceEvents: {
        parameters: {
            query?: {
                /** @description So many of the last events come first, where Last-Event-ID is not given or not known. */
                recent?: number;
            };
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Events. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; the header Retry-After says when to come again. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    sourceHistory: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description One for each second of the last five minutes, oldest first. */
                        samples: components["schemas"]["LiveSample"][];
                    };
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    sourceTalkers: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LiveTalkers"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listUploads: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        uploads: components["schemas"]["File"][];
                    };
                };
            };
        };
    };
    upload: {
        parameters: {
            query?: {
                /** @description What the file is called, where it is the body; its ending may tell its format. */
                name?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description The bytes of the file, or a multipart form with one file. */
        requestBody: {
            content: {
                "application/octet-stream": unknown;
                "multipart/form-data": unknown;
            };
        };
        responses: {
            /** @description Default Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["File"];
                };
            };
            /** @description The request is not as it should be. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no room left. */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    showUpload: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["File"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    removeUpload: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        removed: string[];
                    };
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not go with what is there. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listUsers: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        users: {
                            /**
                             * Format: date-time
                             * @description A moment in UTC (RFC 3339).
                             */
                            changed: string;
                            /**
                             * Format: date-time
                             * @description A moment in UTC (RFC 3339).
                             */
                            created: string;
                            name: string;
                            permissions: ("read" | "predict" | "write" | "admin")[];
                            /** @enum {string} */
                            role: "viewer" | "analyst" | "admin";
                        }[];
                    };
                };
            };
            /** @description The caller is not authenticated. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; the header Retry-After says when to come again. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    addUser: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description 2 to 64 lower-case letters, digits and . _ @ -, with a letter or digit at either end. */
                    name: string;
                    password: string;
                    /** @enum {string} */
                    role: "viewer" | "analyst" | "admin";
                };
            };
        };
        responses: {
            /** @description Default Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * Format: date-time
                         * @description A moment in UTC (RFC 3339).
                         */
                        changed: string;
                        /**
                         * Format: date-time
                         * @description A moment in UTC (RFC 3339).
                         */
                        created: string;
                        name: string;
                        permissions: ("read" | "predict" | "write" | "admin")[];
                        /** @enum {string} */
                        role: "viewer" | "analyst" | "admin";
                    };
                };
            };
            /** @description The request is not as it should be. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller is not authenticated. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not go with what is there. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is of a type that is not taken. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What was given cannot be processed. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; the header Retry-After says when to come again. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    showUser: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * Format: date-time
                         * @description A moment in UTC (RFC 3339).
                         */
                        changed: string;
                        /**
                         * Format: date-time
                         * @description A moment in UTC (RFC 3339).
                         */
                        created: string;
                        name: string;
                        permissions: ("read" | "predict" | "write" | "admin")[];
                        /** @enum {string} */
                        role: "viewer" | "analyst" | "admin";
                    };
                };
            };
            /** @description The request is not as it should be. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller is not authenticated. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; the header Retry-After says when to come again. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    removeUser: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request is not as it should be. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller is not authenticated. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not go with what is there. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; the header Retry-After says when to come again. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    changeUser: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    password?: string;
                    /** @enum {string} */
                    role?: "viewer" | "analyst" | "admin";
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * Format: date-time
                         * @description A moment in UTC (RFC 3339).
                         */
                        changed: string;
                        /**
                         * Format: date-time
                         * @description A moment in UTC (RFC 3339).
                         */
                        created: string;
                        name: string;
                        permissions: ("read" | "predict" | "write" | "admin")[];
                        /** @enum {string} */
                        role: "viewer" | "analyst" | "admin";
                    };
                };
            };
            /** @description The request is not as it should be. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller is not authenticated. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not go with what is there. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is of a type that is not taken. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What was given cannot be processed. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; the header Retry-After says when to come again. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    endSessionsOfUser: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description Sessions that have ended by this. */
                        ended: number;
                    };
                };
            };
            /** @description The request is not as it should be. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller is not authenticated. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; the header Retry-After says when to come again. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    v1Models: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        models: string[];
                    };
                };
            };
        };
    };
    v1Ready: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                model: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        name: string;
                        ready: boolean;
                    };
                };
            };
            /** @description What went wrong. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description The code of the table of errors.
                         * @enum {string}
                         */
                        code: "usage" | "file-missing" | "file-permission" | "file-is-directory" | "file-read" | "file-write" | "capture-format" | "capture-corrupt" | "rows-format" | "rows-invalid" | "rows-too-large" | "schema-unknown" | "schema-mismatch" | "model-format" | "model-corrupt" | "model-version" | "onnx-invalid" | "onnx-unsupported" | "onnx-runtime" | "onnx-failed" | "labels-invalid" | "capture-program" | "capture-permission" | "capture-interface" | "capture-filter" | "capture-gone" | "capture-stopped" | "key-invalid" | "run-invalid" | "training-data" | "parameter-invalid" | "scenario-unknown" | "dataset-unknown" | "dataset-exists" | "dataset-damaged" | "project-invalid" | "import-rejects" | "recipe-invalid" | "split-impossible" | "influx-unreachable" | "influx-auth" | "influx-query" | "tree-unknown" | "run-unknown" | "run-ended" | "run-running" | "artefact-unknown" | "model-unknown" | "alias-unknown" | "model-in-use" | "name-invalid" | "registry-invalid" | "mlflow-unreachable" | "mlflow-auth" | "mlflow-refused" | "store-conflict" | "store-busy" | "store-unreachable" | "store-damaged" | "store-version" | "store-limit" | "audit-found" | "requirement-unmet" | "access-required" | "access-refused" | "access-forbidden" | "login-refused" | "rate-limited" | "user-unknown" | "user-exists" | "user-needed" | "user-invalid" | "access-full" | "session-unknown" | "access-key-unknown" | "access-key-invalid" | "request-refused" | "request-slow" | "serve-unprotected" | "tls-invalid" | "job-unknown" | "job-kind-unknown" | "job-invalid" | "job-ended" | "job-not-ended" | "jobs-full" | "job-interrupted" | "job-memory" | "job-died" | "rows-busy" | "flow-unknown" | "result-unknown" | "upload-unknown" | "upload-invalid" | "upload-too-large" | "upload-grows" | "upload-in-use" | "disk-full" | "capture-unknown" | "source-unknown" | "source-exists" | "sources-full" | "request-invalid" | "body-invalid" | "body-too-large" | "content-type" | "not-acceptable" | "route-unknown" | "method-wrong" | "feature-missing" | "feature-invalid" | "tensor-invalid" | "model-not-ready" | "address-unusable" | "console-missing" | "cancelled" | "verdict-found" | "internal";
                        /** @description What was found, where, and what was expected, in one line. */
                        detail: string;
                        /** @description What went wrong. */
                        error: string;
                        /** @description Fields that are not as they should be. */
                        errors?: {
                            expected: string;
                            field: string;
                            found: string;
                        }[];
                        /** @description What to do. */
                        hint: string;
                        /** @description The HTTP status. */
                        status: number;
                        title: string;
                        /** @description Names the kind of failure: urn:orbweaver:problem:CODE. */
                        type: string;
                    };
                };
            };
            /** @description What went wrong. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description The code of the table of errors.
                         * @enum {string}
                         */
                        code: "usage" | "file-missing" | "file-permission" | "file-is-directory" | "file-read" | "file-write" | "capture-format" | "capture-corrupt" | "rows-format" | "rows-invalid" | "rows-too-large" | "schema-unknown" | "schema-mismatch" | "model-format" | "model-corrupt" | "model-version" | "onnx-invalid" | "onnx-unsupported" | "onnx-runtime" | "onnx-failed" | "labels-invalid" | "capture-program" | "capture-permission" | "capture-interface" | "capture-filter" | "capture-gone" | "capture-stopped" | "key-invalid" | "run-invalid" | "training-data" | "parameter-invalid" | "scenario-unknown" | "dataset-unknown" | "dataset-exists" | "dataset-damaged" | "project-invalid" | "import-rejects" | "recipe-invalid" | "split-impossible" | "influx-unreachable" | "influx-auth" | "influx-query" | "tree-unknown" | "run-unknown" | "run-ended" | "run-running" | "artefact-unknown" | "model-unknown" | "alias-unknown" | "model-in-use" | "name-invalid" | "registry-invalid" | "mlflow-unreachable" | "mlflow-auth" | "mlflow-refused" | "store-conflict" | "store-busy" | "store-unreachable" | "store-damaged" | "store-version" | "store-limit" | "audit-found" | "requirement-unmet" | "access-required" | "access-refused" | "access-forbidden" | "login-refused" | "rate-limited" | "user-unknown" | "user-exists" | "user-needed" | "user-invalid" | "access-full" | "session-unknown" | "access-key-unknown" | "access-key-invalid" | "request-refused" | "request-slow" | "serve-unprotected" | "tls-invalid" | "job-unknown" | "job-kind-unknown" | "job-invalid" | "job-ended" | "job-not-ended" | "jobs-full" | "job-interrupted" | "job-memory" | "job-died" | "rows-busy" | "flow-unknown" | "result-unknown" | "upload-unknown" | "upload-invalid" | "upload-too-large" | "upload-grows" | "upload-in-use" | "disk-full" | "capture-unknown" | "source-unknown" | "source-exists" | "sources-full" | "request-invalid" | "body-invalid" | "body-too-large" | "content-type" | "not-acceptable" | "route-unknown" | "method-wrong" | "feature-missing" | "feature-invalid" | "tensor-invalid" | "model-not-ready" | "address-unusable" | "console-missing" | "cancelled" | "verdict-found" | "internal";
                        /** @description What was found, where, and what was expected, in one line. */
                        detail: string;
                        /** @description What went wrong. */
                        error: string;
                        /** @description Fields that are not as they should be. */
                        errors?: {
                            expected: string;
                            field: string;
                            found: string;
                        }[];
                        /** @description What to do. */
                        hint: string;
                        /** @description The HTTP status. */
                        status: number;
                        title: string;
                        /** @description Names the kind of failure: urn:orbweaver:problem:CODE. */
                        type: string;
                    };
                };
            };
            /** @description What went wrong. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description The code of the table of errors.
                         * @enum {string}
                         */
                        code: "usage" | "file-missing" | "file-permission" | "file-is-directory" | "file-read" | "file-write" | "capture-format" | "capture-corrupt" | "rows-format" | "rows-invalid" | "rows-too-large" | "schema-unknown" | "schema-mismatch" | "model-format" | "model-corrupt" | "model-version" | "onnx-invalid" | "onnx-unsupported" | "onnx-runtime" | "onnx-failed" | "labels-invalid" | "capture-program" | "capture-permission" | "capture-interface" | "capture-filter" | "capture-gone" | "capture-stopped" | "key-invalid" | "run-invalid" | "training-data" | "parameter-invalid" | "scenario-unknown" | "dataset-unknown" | "dataset-exists" | "dataset-damaged" | "project-invalid" | "import-rejects" | "recipe-invalid" | "split-impossible" | "influx-unreachable" | "influx-auth" | "influx-query" | "tree-unknown" | "run-unknown" | "run-ended" | "run-running" | "artefact-unknown" | "model-unknown" | "alias-unknown" | "model-in-use" | "name-invalid" | "registry-invalid" | "mlflow-unreachable" | "mlflow-auth" | "mlflow-refused" | "store-conflict" | "store-busy" | "store-unreachable" | "store-damaged" | "store-version" | "store-limit" | "audit-found" | "requirement-unmet" | "access-required" | "access-refused" | "access-forbidden" | "login-refused" | "rate-limited" | "user-unknown" | "user-exists" | "user-needed" | "user-invalid" | "access-full" | "session-unknown" | "access-key-unknown" | "access-key-invalid" | "request-refused" | "request-slow" | "serve-unprotected" | "tls-invalid" | "job-unknown" | "job-kind-unknown" | "job-invalid" | "job-ended" | "job-not-ended" | "jobs-full" | "job-interrupted" | "job-memory" | "job-died" | "rows-busy" | "flow-unknown" | "result-unknown" | "upload-unknown" | "upload-invalid" | "upload-too-large" | "upload-grows" | "upload-in-use" | "disk-full" | "capture-unknown" | "source-unknown" | "source-exists" | "sources-full" | "request-invalid" | "body-invalid" | "body-too-large" | "content-type" | "not-acceptable" | "route-unknown" | "method-wrong" | "feature-missing" | "feature-invalid" | "tensor-invalid" | "model-not-ready" | "address-unusable" | "console-missing" | "cancelled" | "verdict-found" | "internal";
                        /** @description What was found, where, and what was expected, in one line. */
                        detail: string;
                        /** @description What went wrong. */
                        error: string;
                        /** @description Fields that are not as they should be. */
                        errors?: {
                            expected: string;
                            field: string;
                            found: string;
                        }[];
                        /** @description What to do. */
                        hint: string;
                        /** @description The HTTP status. */
                        status: number;
                        title: string;
                        /** @description Names the kind of failure: urn:orbweaver:problem:CODE. */
                        type: string;
                    };
                };
            };
            /** @description What went wrong. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description The code of the table of errors.
                         * @enum {string}
                         */
                        code: "usage" | "file-missing" | "file-permission" | "file-is-directory" | "file-read" | "file-write" | "capture-format" | "capture-corrupt" | "rows-format" | "rows-invalid" | "rows-too-large" | "schema-unknown" | "schema-mismatch" | "model-format" | "model-corrupt" | "model-version" | "onnx-invalid" | "onnx-unsupported" | "onnx-runtime" | "onnx-failed" | "labels-invalid" | "capture-program" | "capture-permission" | "capture-interface" | "capture-filter" | "capture-gone" | "capture-stopped" | "key-invalid" | "run-invalid" | "training-data" | "parameter-invalid" | "scenario-unknown" | "dataset-unknown" | "dataset-exists" | "dataset-damaged" | "project-invalid" | "import-rejects" | "recipe-invalid" | "split-impossible" | "influx-unreachable" | "influx-auth" | "influx-query" | "tree-unknown" | "run-unknown" | "run-ended" | "run-running" | "artefact-unknown" | "model-unknown" | "alias-unknown" | "model-in-use" | "name-invalid" | "registry-invalid" | "mlflow-unreachable" | "mlflow-auth" | "mlflow-refused" | "store-conflict" | "store-busy" | "store-unreachable" | "store-damaged" | "store-version" | "store-limit" | "audit-found" | "requirement-unmet" | "access-required" | "access-refused" | "access-forbidden" | "login-refused" | "rate-limited" | "user-unknown" | "user-exists" | "user-needed" | "user-invalid" | "access-full" | "session-unknown" | "access-key-unknown" | "access-key-invalid" | "request-refused" | "request-slow" | "serve-unprotected" | "tls-invalid" | "job-unknown" | "job-kind-unknown" | "job-invalid" | "job-ended" | "job-not-ended" | "jobs-full" | "job-interrupted" | "job-memory" | "job-died" | "rows-busy" | "flow-unknown" | "result-unknown" | "upload-unknown" | "upload-invalid" | "upload-too-large" | "upload-grows" | "upload-in-use" | "disk-full" | "capture-unknown" | "source-unknown" | "source-exists" | "sources-full" | "request-invalid" | "body-invalid" | "body-too-large" | "content-type" | "not-acceptable" | "route-unknown" | "method-wrong" | "feature-missing" | "feature-invalid" | "tensor-invalid" | "model-not-ready" | "address-unusable" | "console-missing" | "cancelled" | "verdict-found" | "internal";
                        /** @description What was found, where, and what was expected, in one line. */
                        detail: string;
                        /** @description What went wrong. */
                        error: string;
                        /** @description Fields that are not as they should be. */
                        errors?: {
                            expected: string;
                            field: string;
                            found: string;
                        }[];
                        /** @description What to do. */
                        hint: string;
                        /** @description The HTTP status. */
                        status: number;
                        title: string;
                        /** @description Names the kind of failure: urn:orbweaver:problem:CODE. */
                        type: string;
                    };
                };
            };
            /** @description What went wrong. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description The code of the table of errors.
                         * @enum {string}
                         */
                        code: "usage" | "file-missing" | "file-permission" | "file-is-directory" | "file-read" | "file-write" | "capture-format" | "capture-corrupt" | "rows-format" | "rows-invalid" | "rows-too-large" | "schema-unknown" | "schema-mismatch" | "model-format" | "model-corrupt" | "model-version" | "onnx-invalid" | "onnx-unsupported" | "onnx-runtime" | "onnx-failed" | "labels-invalid" | "capture-program" | "capture-permission" | "capture-interface" | "capture-filter" | "capture-gone" | "capture-stopped" | "key-invalid" | "run-invalid" | "training-data" | "parameter-invalid" | "scenario-unknown" | "dataset-unknown" | "dataset-exists" | "dataset-damaged" | "project-invalid" | "import-rejects" | "recipe-invalid" | "split-impossible" | "influx-unreachable" | "influx-auth" | "influx-query" | "tree-unknown" | "run-unknown" | "run-ended" | "run-running" | "artefact-unknown" | "model-unknown" | "alias-unknown" | "model-in-use" | "name-invalid" | "registry-invalid" | "mlflow-unreachable" | "mlflow-auth" | "mlflow-refused" | "store-conflict" | "store-busy" | "store-unreachable" | "store-damaged" | "store-version" | "store-limit" | "audit-found" | "requirement-unmet" | "access-required" | "access-refused" | "access-forbidden" | "login-refused" | "rate-limited" | "user-unknown" | "user-exists" | "user-needed" | "user-invalid" | "access-full" | "session-unknown" | "access-key-unknown" | "access-key-invalid" | "request-refused" | "request-slow" | "serve-unprotected" | "tls-invalid" | "job-unknown" | "job-kind-unknown" | "job-invalid" | "job-ended" | "job-not-ended" | "jobs-full" | "job-interrupted" | "job-memory" | "job-died" | "rows-busy" | "flow-unknown" | "result-unknown" | "upload-unknown" | "upload-invalid" | "upload-too-large" | "upload-grows" | "upload-in-use" | "disk-full" | "capture-unknown" | "source-unknown" | "source-exists" | "sources-full" | "request-invalid" | "body-invalid" | "body-too-large" | "content-type" | "not-acceptable" | "route-unknown" | "method-wrong" | "feature-missing" | "feature-invalid" | "tensor-invalid" | "model-not-ready" | "address-unusable" | "console-missing" | "cancelled" | "verdict-found" | "internal";
                        /** @description What was found, where, and what was expected, in one line. */
                        detail: string;
                        /** @description What went wrong. */
                        error: string;
                        /** @description Fields that are not as they should be. */
                        errors?: {
                            expected: string;
                            field: string;
                            found: string;
                        }[];
                        /** @description What to do. */
                        hint: string;
                        /** @description The HTTP status. */
                        status: number;
                        title: string;
                        /** @description Names the kind of failure: urn:orbweaver:problem:CODE. */
                        type: string;
                    };
                };
            };
        };
    };
    v1Explain: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                model: string;
            };
            cookie?: never;
        };
        /** @description Rows: objects of fields, objects of one-element lists, or lists in the order of the schema. */
        requestBody: {
            content: {
                "application/json": {
                    instances: unknown[];
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        explanations: {
                            /** @description Whether it is an attack, at the threshold. */
                            attack: boolean;
                            /** @description Summed probability of the classes that are attacks. */
                            attack_probability: number;
                            /** @description Name of the class. */
                            class_label: string;
                            /** @description Probability of the class. */
                            confidence: number;
                            /** @description Index of the class. */
                            predicted_class: number;
                            /** @description Name of the class. */
                            prediction: string;
                            /** @description Probability of every class. */
                            probabilities: {
                                [key: string]: number;
                            };
                            reasons: {
                                /** @description How much it moved the score; positive towards the class. */
                                amount: number;
                                feature: string;
                                text: string;
                                unit: string;
                                value: number | string | null;
                            }[];
                            /** @description Whether it is like nothing seen in training; only of models that can tell. */
                            unknown?: boolean;
                        }[];
                    };
                };
            };
            /** @description What went wrong. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description The code of the table of errors.
                         * @enum {string}
                         */
                        code: "usage" | "file-missing" | "file-permission" | "file-is-directory" | "file-read" | "file-write" | "capture-format" | "capture-corrupt" | "rows-format" | "rows-invalid" | "rows-too-large" | "schema-unknown" | "schema-mismatch" | "model-format" | "model-corrupt" | "model-version" | "onnx-invalid" | "onnx-unsupported" | "onnx-runtime" | "onnx-failed" | "labels-invalid" | "capture-program" | "capture-permission" | "capture-interface" | "capture-filter" | "capture-gone" | "capture-stopped" | "key-invalid" | "run-invalid" | "training-data" | "parameter-invalid" | "scenario-unknown" | "dataset-unknown" | "dataset-exists" | "dataset-damaged" | "project-invalid" | "import-rejects" | "recipe-invalid" | "split-impossible" | "influx-unreachable" | "influx-auth" | "influx-query" | "tree-unknown" | "run-unknown" | "run-ended" | "run-running" | "artefact-unknown" | "model-unknown" | "alias-unknown" | "model-in-use" | "name-invalid" | "registry-invalid" | "mlflow-unreachable" | "mlflow-auth" | "mlflow-refused" | "store-conflict" | "store-busy" | "store-unreachable" | "store-damaged" | "store-version" | "store-limit" | "audit-found" | "requirement-unmet" | "access-required" | "access-refused" | "access-forbidden" | "login-refused" | "rate-limited" | "user-unknown" | "user-exists" | "user-needed" | "user-invalid" | "access-full" | "session-unknown" | "access-key-unknown" | "access-key-invalid" | "request-refused" | "request-slow" | "serve-unprotected" | "tls-invalid" | "job-unknown" | "job-kind-unknown" | "job-invalid" | "job-ended" | "job-not-ended" | "jobs-full" | "job-interrupted" | "job-memory" | "job-died" | "rows-busy" | "flow-unknown" | "result-unknown" | "upload-unknown" | "upload-invalid" | "upload-too-large" | "upload-grows" | "upload-in-use" | "disk-full" | "capture-unknown" | "source-unknown" | "source-exists" | "sources-full" | "request-invalid" | "body-invalid" | "body-too-large" | "content-type" | "not-acceptable" | "route-unknown" | "method-wrong" | "feature-missing" | "feature-invalid" | "tensor-invalid" | "model-not-ready" | "address-unusable" | "console-missing" | "cancelled" | "verdict-found" | "internal";
                        /** @description What was found, where, and what was expected, in one line. */
                        detail: string;
                        /** @description What went wrong. */
                        error: string;
                        /** @description Fields that are not as they should be. */
                        errors?: {
                            expected: string;
                            field: string;
                            found: string;
                        }[];
                        /** @description What to do. */
                        hint: string;
                        /** @description The HTTP status. */
                        status: number;
                        title: string;
                        /** @description Names the kind of failure: urn:orbweaver:problem:CODE. */
                        type: string;
                    };
                };
            };
            /** @description What went wrong. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description The code of the table of errors.
                         * @enum {string}
                         */
                        code: "usage" | "file-missing" | "file-permission" | "file-is-directory" | "file-read" | "file-write" | "capture-format" | "capture-corrupt" | "rows-format" | "rows-invalid" | "rows-too-large" | "schema-unknown" | "schema-mismatch" | "model-format" | "model-corrupt" | "model-version" | "onnx-invalid" | "onnx-unsupported" | "onnx-runtime" | "onnx-failed" | "labels-invalid" | "capture-program" | "capture-permission" | "capture-interface" | "capture-filter" | "capture-gone" | "capture-stopped" | "key-invalid" | "run-invalid" | "training-data" | "parameter-invalid" | "scenario-unknown" | "dataset-unknown" | "dataset-exists" | "dataset-damaged" | "project-invalid" | "import-rejects" | "recipe-invalid" | "split-impossible" | "influx-unreachable" | "influx-auth" | "influx-query" | "tree-unknown" | "run-unknown" | "run-ended" | "run-running" | "artefact-unknown" | "model-unknown" | "alias-unknown" | "model-in-use" | "name-invalid" | "registry-invalid" | "mlflow-unreachable" | "mlflow-auth" | "mlflow-refused" | "store-conflict" | "store-busy" | "store-unreachable" | "store-damaged" | "store-version" | "store-limit" | "audit-found" | "requirement-unmet" | "access-required" | "access-refused" | "access-forbidden" | "login-refused" | "rate-limited" | "user-unknown" | "user-exists" | "user-needed" | "user-invalid" | "access-full" | "session-unknown" | "access-key-unknown" | "access-key-invalid" | "request-refused" | "request-slow" | "serve-unprotected" | "tls-invalid" | "job-unknown" | "job-kind-unknown" | "job-invalid" | "job-ended" | "job-not-ended" | "jobs-full" | "job-interrupted" | "job-memory" | "job-died" | "rows-busy" | "flow-unknown" | "result-unknown" | "upload-unknown" | "upload-invalid" | "upload-too-large" | "upload-grows" | "upload-in-use" | "disk-full" | "capture-unknown" | "source-unknown" | "source-exists" | "sources-full" | "request-invalid" | "body-invalid" | "body-too-large" | "content-type" | "not-acceptable" | "route-unknown" | "method-wrong" | "feature-missing" | "feature-invalid" | "tensor-invalid" | "model-not-ready" | "address-unusable" | "console-missing" | "cancelled" | "verdict-found" | "internal";
                        /** @description What was found, where, and what was expected, in one line. */
                        detail: string;
                        /** @description What went wrong. */
                        error: string;
                        /** @description Fields that are not as they should be. */
                        errors?: {
                            expected: string;
                            field: string;
                            found: string;
                        }[];
                        /** @description What to do. */
                        hint: string;
                        /** @description The HTTP status. */
                        status: number;
                        title: string;
                        /** @description Names the kind of failure: urn:orbweaver:problem:CODE. */
                        type: string;
                    };
                };
            };
            /** @description What went wrong. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description The code of the table of errors.
                         * @enum {string}
                         */
                        code: "usage" | "file-missing" | "file-permission" | "file-is-directory" | "file-read" | "file-write" | "capture-format" | "capture-corrupt" | "rows-format" | "rows-invalid" | "rows-too-large" | "schema-unknown" | "schema-mismatch" | "model-format" | "model-corrupt" | "model-version" | "onnx-invalid" | "onnx-unsupported" | "onnx-runtime" | "onnx-failed" | "labels-invalid" | "capture-program" | "capture-permission" | "capture-interface" | "capture-filter" | "capture-gone" | "capture-stopped" | "key-invalid" | "run-invalid" | "training-data" | "parameter-invalid" | "scenario-unknown" | "dataset-unknown" | "dataset-exists" | "dataset-damaged" | "project-invalid" | "import-rejects" | "recipe-invalid" | "split-impossible" | "influx-unreachable" | "influx-auth" | "influx-query" | "tree-unknown" | "run-unknown" | "run-ended" | "run-running" | "artefact-unknown" | "model-unknown" | "alias-unknown" | "model-in-use" | "name-invalid" | "registry-invalid" | "mlflow-unreachable" | "mlflow-auth" | "mlflow-refused" | "store-conflict" | "store-busy" | "store-unreachable" | "store-damaged" | "store-version" | "store-limit" | "audit-found" | "requirement-unmet" | "access-required" | "access-refused" | "access-forbidden" | "login-refused" | "rate-limited" | "user-unknown" | "user-exists" | "user-needed" | "user-invalid" | "access-full" | "session-unknown" | "access-key-unknown" | "access-key-invalid" | "request-refused" | "request-slow" | "serve-unprotected" | "tls-invalid" | "job-unknown" | "job-kind-unknown" | "job-invalid" | "job-ended" | "job-not-ended" | "jobs-full" | "job-interrupted" | "job-memory" | "job-died" | "rows-busy" | "flow-unknown" | "result-unknown" | "upload-unknown" | "upload-invalid" | "upload-too-large" | "upload-grows" | "upload-in-use" | "disk-full" | "capture-unknown" | "source-unknown" | "source-exists" | "sources-full" | "request-invalid" | "body-invalid" | "body-too-large" | "content-type" | "not-acceptable" | "route-unknown" | "method-wrong" | "feature-missing" | "feature-invalid" | "tensor-invalid" | "model-not-ready" | "address-unusable" | "console-missing" | "cancelled" | "verdict-found" | "internal";
                        /** @description What was found, where, and what was expected, in one line. */
                        detail: string;
                        /** @description What went wrong. */
                        error: string;
                        /** @description Fields that are not as they should be. */
                        errors?: {
                            expected: string;
                            field: string;
                            found: string;
                        }[];
                        /** @description What to do. */
                        hint: string;
                        /** @description The HTTP status. */
                        status: number;
                        title: string;
                        /** @description Names the kind of failure: urn:orbweaver:problem:CODE. */
                        type: string;
                    };
                };
            };
            /** @description What went wrong. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description The code of the table of errors.
                         * @enum {string}
                         */
                        code: "usage" | "file-missing" | "file-permission" | "file-is-directory" | "file-read" | "file-write" | "capture-format" | "capture-corrupt" | "rows-format" | "rows-invalid" | "rows-too-large" | "schema-unknown" | "schema-mismatch" | "model-format" | "model-corrupt" | "model-version" | "onnx-invalid" | "onnx-unsupported" | "onnx-runtime" | "onnx-failed" | "labels-invalid" | "capture-program" | "capture-permission" | "capture-interface" | "capture-filter" | "capture-gone" | "capture-stopped" | "key-invalid" | "run-invalid" | "training-data" | "parameter-invalid" | "scenario-unknown" | "dataset-unknown" | "dataset-exists" | "dataset-damaged" | "project-invalid" | "import-rejects" | "recipe-invalid" | "split-impossible" | "influx-unreachable" | "influx-auth" | "influx-query" | "tree-unknown" | "run-unknown" | "run-ended" | "run-running" | "artefact-unknown" | "model-unknown" | "alias-unknown" | "model-in-use" | "name-invalid" | "registry-invalid" | "mlflow-unreachable" | "mlflow-auth" | "mlflow-refused" | "store-conflict" | "store-busy" | "store-unreachable" | "store-damaged" | "store-version" | "store-limit" | "audit-found" | "requirement-unmet" | "access-required" | "access-refused" | "access-forbidden" | "login-refused" | "rate-limited" | "user-unknown" | "user-exists" | "user-needed" | "user-invalid" | "access-full" | "session-unknown" | "access-key-unknown" | "access-key-invalid" | "request-refused" | "request-slow" | "serve-unprotected" | "tls-invalid" | "job-unknown" | "job-kind-unknown" | "job-invalid" | "job-ended" | "job-not-ended" | "jobs-full" | "job-interrupted" | "job-memory" | "job-died" | "rows-busy" | "flow-unknown" | "result-unknown" | "upload-unknown" | "upload-invalid" | "upload-too-large" | "upload-grows" | "upload-in-use" | "disk-full" | "capture-unknown" | "source-unknown" | "source-exists" | "sources-full" | "request-invalid" | "body-invalid" | "body-too-large" | "content-type" | "not-acceptable" | "route-unknown" | "method-wrong" | "feature-missing" | "feature-invalid" | "tensor-invalid" | "model-not-ready" | "address-unusable" | "console-missing" | "cancelled" | "verdict-found" | "internal";
                        /** @description What was found, where, and what was expected, in one line. */
                        detail: string;
                        /** @description What went wrong. */
                        error: string;
                        /** @description Fields that are not as they should be. */
                        errors?: {
                            expected: string;
                            field: string;
                            found: string;
                        }[];
                        /** @description What to do. */
                        hint: string;
                        /** @description The HTTP status. */
                        status: number;
                        title: string;
                        /** @description Names the kind of failure: urn:orbweaver:problem:CODE. */
                        type: string;
                    };
                };
            };
            /** @description What went wrong. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description The code of the table of errors.
                         * @enum {string}
                         */
                        code: "usage" | "file-missing" | "file-permission" | "file-is-directory" | "file-read" | "file-write" | "capture-format" | "capture-corrupt" | "rows-format" | "rows-invalid" | "rows-too-large" | "schema-unknown" | "schema-mismatch" | "model-format" | "model-corrupt" | "model-version" | "onnx-invalid" | "onnx-unsupported" | "onnx-runtime" | "onnx-failed" | "labels-invalid" | "capture-program" | "capture-permission" | "capture-interface" | "capture-filter" | "capture-gone" | "capture-stopped" | "key-invalid" | "run-invalid" | "training-data" | "parameter-invalid" | "scenario-unknown" | "dataset-unknown" | "dataset-exists" | "dataset-damaged" | "project-invalid" | "import-rejects" | "recipe-invalid" | "split-impossible" | "influx-unreachable" | "influx-auth" | "influx-query" | "tree-unknown" | "run-unknown" | "run-ended" | "run-running" | "artefact-unknown" | "model-unknown" | "alias-unknown" | "model-in-use" | "name-invalid" | "registry-invalid" | "mlflow-unreachable" | "mlflow-auth" | "mlflow-refused" | "store-conflict" | "store-busy" | "store-unreachable" | "store-damaged" | "store-version" | "store-limit" | "audit-found" | "requirement-unmet" | "access-required" | "access-refused" | "access-forbidden" | "login-refused" | "rate-limited" | "user-unknown" | "user-exists" | "user-needed" | "user-invalid" | "access-full" | "session-unknown" | "access-key-unknown" | "access-key-invalid" | "request-refused" | "request-slow" | "serve-unprotected" | "tls-invalid" | "job-unknown" | "job-kind-unknown" | "job-invalid" | "job-ended" | "job-not-ended" | "jobs-full" | "job-interrupted" | "job-memory" | "job-died" | "rows-busy" | "flow-unknown" | "result-unknown" | "upload-unknown" | "upload-invalid" | "upload-too-large" | "upload-grows" | "upload-in-use" | "disk-full" | "capture-unknown" | "source-unknown" | "source-exists" | "sources-full" | "request-invalid" | "body-invalid" | "body-too-large" | "content-type" | "not-acceptable" | "route-unknown" | "method-wrong" | "feature-missing" | "feature-invalid" | "tensor-invalid" | "model-not-ready" | "address-unusable" | "console-missing" | "cancelled" | "verdict-found" | "internal";
                        /** @description What was found, where, and what was expected, in one line. */
                        detail: string;
                        /** @description What went wrong. */
                        error: string;
                        /** @description Fields that are not as they should be. */
                        errors?: {
                            expected: string;
                            field: string;
                            found: string;
                        }[];
                        /** @description What to do. */
                        hint: string;
                        /** @description The HTTP status. */
                        status: number;
                        title: string;
                        /** @description Names the kind of failure: urn:orbweaver:problem:CODE. */
                        type: string;
                    };
                };
            };
        };
    };
    v1Predict: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                model: string;
            };
            cookie?: never;
        };
        /** @description Rows: objects of fields, objects of one-element lists, or lists in the order of the schema. */
        requestBody: {
            content: {
                "application/json": {
                    instances: unknown[];
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        predictions: {
                            /** @description Whether it is an attack, at the threshold. */
                            attack: boolean;
                            /** @description Summed probability of the classes that are attacks. */
                            attack_probability: number;
                            /** @description Name of the class. */
                            class_label: string;
                            /** @description Probability of the class. */
                            confidence: number;
                            /** @description Index of the class. */
                            predicted_class: number;
                            /** @description Name of the class. */
                            prediction: string;
                            /** @description Probability of every class. */
                            probabilities: {
                                [key: string]: number;
                            };
                            reasons?: {
                                /** @description How much it moved the score; positive towards the class. */
                                amount: number;
                                feature: string;
                                text: string;
                                unit: string;
                                value: number | string | null;
                            }[];
                            /** @description Whether it is like nothing seen in training; only of models that can tell. */
                            unknown?: boolean;
                        }[];
                    };
                };
            };
            /** @description What went wrong. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description The code of the table of errors.
                         * @enum {string}
                         */
                        code: "usage" | "file-missing" | "file-permission" | "file-is-directory" | "file-read" | "file-write" | "capture-format" | "capture-corrupt" | "rows-format" | "rows-invalid" | "rows-too-large" | "schema-unknown" | "schema-mismatch" | "model-format" | "model-corrupt" | "model-version" | "onnx-invalid" | "onnx-unsupported" | "onnx-runtime" | "onnx-failed" | "labels-invalid" | "capture-program" | "capture-permission" | "capture-interface" | "capture-filter" | "capture-gone" | "capture-stopped" | "key-invalid" | "run-invalid" | "training-data" | "parameter-invalid" | "scenario-unknown" | "dataset-unknown" | "dataset-exists" | "dataset-damaged" | "project-invalid" | "import-rejects" | "recipe-invalid" | "split-impossible" | "influx-unreachable" | "influx-auth" | "influx-query" | "tree-unknown" | "run-unknown" | "run-ended" | "run-running" | "artefact-unknown" | "model-unknown" | "alias-unknown" | "model-in-use" | "name-invalid" | "registry-invalid" | "mlflow-unreachable" | "mlflow-auth" | "mlflow-refused" | "store-conflict" | "store-busy" | "store-unreachable" | "store-damaged" | "store-version" | "store-limit" | "audit-found" | "requirement-unmet" | "access-required" | "access-refused" | "access-forbidden" | "login-refused" | "rate-limited" | "user-unknown" | "user-exists" | "user-needed" | "user-invalid" | "access-full" | "session-unknown" | "access-key-unknown" | "access-key-invalid" | "request-refused" | "request-slow" | "serve-unprotected" | "tls-invalid" | "job-unknown" | "job-kind-unknown" | "job-invalid" | "job-ended" | "job-not-ended" | "jobs-full" | "job-interrupted" | "job-memory" | "job-died" | "rows-busy" | "flow-unknown" | "result-unknown" | "upload-unknown" | "upload-invalid" | "upload-too-large" | "upload-grows" | "upload-in-use" | "disk-full" | "capture-unknown" | "source-unknown" | "source-exists" | "sources-full" | "request-invalid" | "body-invalid" | "body-too-large" | "content-type" | "not-acceptable" | "route-unknown" | "method-wrong" | "feature-missing" | "feature-invalid" | "tensor-invalid" | "model-not-ready" | "address-unusable" | "console-missing" | "cancelled" | "verdict-found" | "internal";
                        /** @description What was found, where, and what was expected, in one line. */
                        detail: string;
                        /** @description What went wrong. */
                        error: string;
                        /** @description Fields that are not as they should be. */
                        errors?: {
                            expected: string;
                            field: string;
                            found: string;
                        }[];
                        /** @description What to do. */
                        hint: string;
                        /** @description The HTTP status. */
                        status: number;
                        title: string;
                        /** @description Names the kind of failure: urn:orbweaver:problem:CODE. */
                        type: string;
                    };
                };
            };
            /** @description What went wrong. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description The code of the table of errors.
                         * @enum {string}
                         */
                        code: "usage" | "file-missing" | "file-permission" | "file-is-directory" | "file-read" | "file-write" | "capture-format" | "capture-corrupt" | "rows-format" | "rows-invalid" | "rows-too-large" | "schema-unknown" | "schema-mismatch" | "model-format" | "model-corrupt" | "model-version" | "onnx-invalid" | "onnx-unsupported" | "onnx-runtime" | "onnx-failed" | "labels-invalid" | "capture-program" | "capture-permission" | "capture-interface" | "capture-filter" | "capture-gone" | "capture-stopped" | "key-invalid" | "run-invalid" | "training-data" | "parameter-invalid" | "scenario-unknown" | "dataset-unknown" | "dataset-exists" | "dataset-damaged" | "project-invalid" | "import-rejects" | "recipe-invalid" | "split-impossible" | "influx-unreachable" | "influx-auth" | "influx-query" | "tree-unknown" | "run-unknown" | "run-ended" | "run-running" | "artefact-unknown" | "model-unknown" | "alias-unknown" | "model-in-use" | "name-invalid" | "registry-invalid" | "mlflow-unreachable" | "mlflow-auth" | "mlflow-refused" | "store-conflict" | "store-busy" | "store-unreachable" | "store-damaged" | "store-version" | "store-limit" | "audit-found" | "requirement-unmet" | "access-required" | "access-refused" | "access-forbidden" | "login-refused" | "rate-limited" | "user-unknown" | "user-exists" | "user-needed" | "user-invalid" | "access-full" | "session-unknown" | "access-key-unknown" | "access-key-invalid" | "request-refused" | "request-slow" | "serve-unprotected" | "tls-invalid" | "job-unknown" | "job-kind-unknown" | "job-invalid" | "job-ended" | "job-not-ended" | "jobs-full" | "job-interrupted" | "job-memory" | "job-died" | "rows-busy" | "flow-unknown" | "result-unknown" | "upload-unknown" | "upload-invalid" | "upload-too-large" | "upload-grows" | "upload-in-use" | "disk-full" | "capture-unknown" | "source-unknown" | "source-exists" | "sources-full" | "request-invalid" | "body-invalid" | "body-too-large" | "content-type" | "not-acceptable" | "route-unknown" | "method-wrong" | "feature-missing" | "feature-invalid" | "tensor-invalid" | "model-not-ready" | "address-unusable" | "console-missing" | "cancelled" | "verdict-found" | "internal";
                        /** @description What was found, where, and what was expected, in one line. */
                        detail: string;
                        /** @description What went wrong. */
                        error: string;
                        /** @description Fields that are not as they should be. */
                        errors?: {
                            expected: string;
                            field: string;
                            found: string;
                        }[];
                        /** @description What to do. */
                        hint: string;
                        /** @description The HTTP status. */
                        status: number;
                        title: string;
                        /** @description Names the kind of failure: urn:orbweaver:problem:CODE. */
                        type: string;
                    };
                };
            };
            /** @description What went wrong. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description The code of the table of errors.
                         * @enum {string}
                         */
                        code: "usage" | "file-missing" | "file-permission" | "file-is-directory" | "file-read" | "file-write" | "capture-format" | "capture-corrupt" | "rows-format" | "rows-invalid" | "rows-too-large" | "schema-unknown" | "schema-mismatch" | "model-format" | "model-corrupt" | "model-version" | "onnx-invalid" | "onnx-unsupported" | "onnx-runtime" | "onnx-failed" | "labels-invalid" | "capture-program" | "capture-permission" | "capture-interface" | "capture-filter" | "capture-gone" | "capture-stopped" | "key-invalid" | "run-invalid" | "training-data" | "parameter-invalid" | "scenario-unknown" | "dataset-unknown" | "dataset-exists" | "dataset-damaged" | "project-invalid" | "import-rejects" | "recipe-invalid" | "split-impossible" | "influx-unreachable" | "influx-auth" | "influx-query" | "tree-unknown" | "run-unknown" | "run-ended" | "run-running" | "artefact-unknown" | "model-unknown" | "alias-unknown" | "model-in-use" | "name-invalid" | "registry-invalid" | "mlflow-unreachable" | "mlflow-auth" | "mlflow-refused" | "store-conflict" | "store-busy" | "store-unreachable" | "store-damaged" | "store-version" | "store-limit" | "audit-found" | "requirement-unmet" | "access-required" | "access-refused" | "access-forbidden" | "login-refused" | "rate-limited" | "user-unknown" | "user-exists" | "user-needed" | "user-invalid" | "access-full" | "session-unknown" | "access-key-unknown" | "access-key-invalid" | "request-refused" | "request-slow" | "serve-unprotected" | "tls-invalid" | "job-unknown" | "job-kind-unknown" | "job-invalid" | "job-ended" | "job-not-ended" | "jobs-full" | "job-interrupted" | "job-memory" | "job-died" | "rows-busy" | "flow-unknown" | "result-unknown" | "upload-unknown" | "upload-invalid" | "upload-too-large" | "upload-grows" | "upload-in-use" | "disk-full" | "capture-unknown" | "source-unknown" | "source-exists" | "sources-full" | "request-invalid" | "body-invalid" | "body-too-large" | "content-type" | "not-acceptable" | "route-unknown" | "method-wrong" | "feature-missing" | "feature-invalid" | "tensor-invalid" | "model-not-ready" | "address-unusable" | "console-missing" | "cancelled" | "verdict-found" | "internal";
                        /** @description What was found, where, and what was expected, in one line. */
                        detail: string;
                        /** @description What went wrong. */
                        error: string;
                        /** @description Fields that are not as they should be. */
                        errors?: {
                            expected: string;
                            field: string;
                            found: string;
                        }[];
                        /** @description What to do. */
                        hint: string;
                        /** @description The HTTP status. */
                        status: number;
                        title: string;
                        /** @description Names the kind of failure: urn:orbweaver:problem:CODE. */
                        type: string;
                    };
                };
            };
            /** @description What went wrong. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description The code of the table of errors.
                         * @enum {string}
                         */
                        code: "usage" | "file-missing" | "file-permission" | "file-is-directory" | "file-read" | "file-write" | "capture-format" | "capture-corrupt" | "rows-format" | "rows-invalid" | "rows-too-large" | "schema-unknown" | "schema-mismatch" | "model-format" | "model-corrupt" | "model-version" | "onnx-invalid" | "onnx-unsupported" | "onnx-runtime" | "onnx-failed" | "labels-invalid" | "capture-program" | "capture-permission" | "capture-interface" | "capture-filter" | "capture-gone" | "capture-stopped" | "key-invalid" | "run-invalid" | "training-data" | "parameter-invalid" | "scenario-unknown" | "dataset-unknown" | "dataset-exists" | "dataset-damaged" | "project-invalid" | "import-rejects" | "recipe-invalid" | "split-impossible" | "influx-unreachable" | "influx-auth" | "influx-query" | "tree-unknown" | "run-unknown" | "run-ended" | "run-running" | "artefact-unknown" | "model-unknown" | "alias-unknown" | "model-in-use" | "name-invalid" | "registry-invalid" | "mlflow-unreachable" | "mlflow-auth" | "mlflow-refused" | "store-conflict" | "store-busy" | "store-unreachable" | "store-damaged" | "store-version" | "store-limit" | "audit-found" | "requirement-unmet" | "access-required" | "access-refused" | "access-forbidden" | "login-refused" | "rate-limited" | "user-unknown" | "user-exists" | "user-needed" | "user-invalid" | "access-full" | "session-unknown" | "access-key-unknown" | "access-key-invalid" | "request-refused" | "request-slow" | "serve-unprotected" | "tls-invalid" | "job-unknown" | "job-kind-unknown" | "job-invalid" | "job-ended" | "job-not-ended" | "jobs-full" | "job-interrupted" | "job-memory" | "job-died" | "rows-busy" | "flow-unknown" | "result-unknown" | "upload-unknown" | "upload-invalid" | "upload-too-large" | "upload-grows" | "upload-in-use" | "disk-full" | "capture-unknown" | "source-unknown" | "source-exists" | "sources-full" | "request-invalid" | "body-invalid" | "body-too-large" | "content-type" | "not-acceptable" | "route-unknown" | "method-wrong" | "feature-missing" | "feature-invalid" | "tensor-invalid" | "model-not-ready" | "address-unusable" | "console-missing" | "cancelled" | "verdict-found" | "internal";
                        /** @description What was found, where, and what was expected, in one line. */
                        detail: string;
                        /** @description What went wrong. */
                        error: string;
                        /** @description Fields that are not as they should be. */
                        errors?: {
                            expected: string;
                            field: string;
                            found: string;
                        }[];
                        /** @description What to do. */
                        hint: string;
                        /** @description The HTTP status. */
                        status: number;
                        title: string;
                        /** @description Names the kind of failure: urn:orbweaver:problem:CODE. */
                        type: string;
                    };
                };
            };
            /** @description What went wrong. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description The code of the table of errors.
                         * @enum {string}
                         */
                        code: "usage" | "file-missing" | "file-permission" | "file-is-directory" | "file-read" | "file-write" | "capture-format" | "capture-corrupt" | "rows-format" | "rows-invalid" | "rows-too-large" | "schema-unknown" | "schema-mismatch" | "model-format" | "model-corrupt" | "model-version" | "onnx-invalid" | "onnx-unsupported" | "onnx-runtime" | "onnx-failed" | "labels-invalid" | "capture-program" | "capture-permission" | "capture-interface" | "capture-filter" | "capture-gone" | "capture-stopped" | "key-invalid" | "run-invalid" | "training-data" | "parameter-invalid" | "scenario-unknown" | "dataset-unknown" | "dataset-exists" | "dataset-damaged" | "project-invalid" | "import-rejects" | "recipe-invalid" | "split-impossible" | "influx-unreachable" | "influx-auth" | "influx-query" | "tree-unknown" | "run-unknown" | "run-ended" | "run-running" | "artefact-unknown" | "model-unknown" | "alias-unknown" | "model-in-use" | "name-invalid" | "registry-invalid" | "mlflow-unreachable" | "mlflow-auth" | "mlflow-refused" | "store-conflict" | "store-busy" | "store-unreachable" | "store-damaged" | "store-version" | "store-limit" | "audit-found" | "requirement-unmet" | "access-required" | "access-refused" | "access-forbidden" | "login-refused" | "rate-limited" | "user-unknown" | "user-exists" | "user-needed" | "user-invalid" | "access-full" | "session-unknown" | "access-key-unknown" | "access-key-invalid" | "request-refused" | "request-slow" | "serve-unprotected" | "tls-invalid" | "job-unknown" | "job-kind-unknown" | "job-invalid" | "job-ended" | "job-not-ended" | "jobs-full" | "job-interrupted" | "job-memory" | "job-died" | "rows-busy" | "flow-unknown" | "result-unknown" | "upload-unknown" | "upload-invalid" | "upload-too-large" | "upload-grows" | "upload-in-use" | "disk-full" | "capture-unknown" | "source-unknown" | "source-exists" | "sources-full" | "request-invalid" | "body-invalid" | "body-too-large" | "content-type" | "not-acceptable" | "route-unknown" | "method-wrong" | "feature-missing" | "feature-invalid" | "tensor-invalid" | "model-not-ready" | "address-unusable" | "console-missing" | "cancelled" | "verdict-found" | "internal";
                        /** @description What was found, where, and what was expected, in one line. */
                        detail: string;
                        /** @description What went wrong. */
                        error: string;
                        /** @description Fields that are not as they should be. */
                        errors?: {
                            expected: string;
                            field: string;
                            found: string;
                        }[];
                        /** @description What to do. */
                        hint: string;
                        /** @description The HTTP status. */
                        status: number;
                        title: string;
                        /** @description Names the kind of failure: urn:orbweaver:problem:CODE. */
                        type: string;
                    };
                };
            };
        };
    };
    v2Server: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        extensions: string[];
                        name: string;
                        version: string;
                    };
                };
            };
        };
    };
    v2Live: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        live: boolean;
                    };
                };
            };
        };
    };
    v2Ready: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        live: boolean;
                        ready: boolean;
                    };
                };
            };
            /** @description Default Response */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        live: boolean;
                        ready: boolean;
                    };
                };
            };
        };
    };
    v2Model: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                model: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        inputs: {
                            datatype: string;
                            name: string;
                            shape: number[];
                        }[];
                        name: string;
                        outputs: {
                            datatype: string;
                            name: string;
                            shape: number[];
                        }[];
                        platform: string;
                        versions: string[];
                    };
                };
            };
            /** @description What went wrong. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description The code of the table of errors.
                         * @enum {string}
                         */
                        code: "usage" | "file-missing" | "file-permission" | "file-is-directory" | "file-read" | "file-write" | "capture-format" | "capture-corrupt" | "rows-format" | "rows-invalid" | "rows-too-large" | "schema-unknown" | "schema-mismatch" | "model-format" | "model-corrupt" | "model-version" | "onnx-invalid" | "onnx-unsupported" | "onnx-runtime" | "onnx-failed" | "labels-invalid" | "capture-program" | "capture-permission" | "capture-interface" | "capture-filter" | "capture-gone" | "capture-stopped" | "key-invalid" | "run-invalid" | "training-data" | "parameter-invalid" | "scenario-unknown" | "dataset-unknown" | "dataset-exists" | "dataset-damaged" | "project-invalid" | "import-rejects" | "recipe-invalid" | "split-impossible" | "influx-unreachable" | "influx-auth" | "influx-query" | "tree-unknown" | "run-unknown" | "run-ended" | "run-running" | "artefact-unknown" | "model-unknown" | "alias-unknown" | "model-in-use" | "name-invalid" | "registry-invalid" | "mlflow-unreachable" | "mlflow-auth" | "mlflow-refused" | "store-conflict" | "store-busy" | "store-unreachable" | "store-damaged" | "store-version" | "store-limit" | "audit-found" | "requirement-unmet" | "access-required" | "access-refused" | "access-forbidden" | "login-refused" | "rate-limited" | "user-unknown" | "user-exists" | "user-needed" | "user-invalid" | "access-full" | "session-unknown" | "access-key-unknown" | "access-key-invalid" | "request-refused" | "request-slow" | "serve-unprotected" | "tls-invalid" | "job-unknown" | "job-kind-unknown" | "job-invalid" | "job-ended" | "job-not-ended" | "jobs-full" | "job-interrupted" | "job-memory" | "job-died" | "rows-busy" | "flow-unknown" | "result-unknown" | "upload-unknown" | "upload-invalid" | "upload-too-large" | "upload-grows" | "upload-in-use" | "disk-full" | "capture-unknown" | "source-unknown" | "source-exists" | "sources-full" | "request-invalid" | "body-invalid" | "body-too-large" | "content-type" | "not-acceptable" | "route-unknown" | "method-wrong" | "feature-missing" | "feature-invalid" | "tensor-invalid" | "model-not-ready" | "address-unusable" | "console-missing" | "cancelled" | "verdict-found" | "internal";
                        /** @description What was found, where, and what was expected, in one line. */
                        detail: string;
                        /** @description What went wrong. */
                        error: string;
                        /** @description Fields that are not as they should be. */
                        errors?: {
                            expected: string;
                            field: string;
                            found: string;
                        }[];
                        /** @description What to do. */
                        hint: string;
                        /** @description The HTTP status. */
                        status: number;
                        title: string;
                        /** @description Names the kind of failure: urn:orbweaver:problem:CODE. */
                        type: string;
                    };
                };
            };
            /** @description What went wrong. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description The code of the table of errors.
                         * @enum {string}
                         */
                        code: "usage" | "file-missing" | "file-permission" | "file-is-directory" | "file-read" | "file-write" | "capture-format" | "capture-corrupt" | "rows-format" | "rows-invalid" | "rows-too-large" | "schema-unknown" | "schema-mismatch" | "model-format" | "model-corrupt" | "model-version" | "onnx-invalid" | "onnx-unsupported" | "onnx-runtime" | "onnx-failed" | "labels-invalid" | "capture-program" | "capture-permission" | "capture-interface" | "capture-filter" | "capture-gone" | "capture-stopped" | "key-invalid" | "run-invalid" | "training-data" | "parameter-invalid" | "scenario-unknown" | "dataset-unknown" | "dataset-exists" | "dataset-damaged" | "project-invalid" | "import-rejects" | "recipe-invalid" | "split-impossible" | "influx-unreachable" | "influx-auth" | "influx-query" | "tree-unknown" | "run-unknown" | "run-ended" | "run-running" | "artefact-unknown" | "model-unknown" | "alias-unknown" | "model-in-use" | "name-invalid" | "registry-invalid" | "mlflow-unreachable" | "mlflow-auth" | "mlflow-refused" | "store-conflict" | "store-busy" | "store-unreachable" | "store-damaged" | "store-version" | "store-limit" | "audit-found" | "requirement-unmet" | "access-required" | "access-refused" | "access-forbidden" | "login-refused" | "rate-limited" | "user-unknown" | "user-exists" | "user-needed" | "user-invalid" | "access-full" | "session-unknown" | "access-key-unknown" | "access-key-invalid" | "request-refused" | "request-slow" | "serve-unprotected" | "tls-invalid" | "job-unknown" | "job-kind-unknown" | "job-invalid" | "job-ended" | "job-not-ended" | "jobs-full" | "job-interrupted" | "job-memory" | "job-died" | "rows-busy" | "flow-unknown" | "result-unknown" | "upload-unknown" | "upload-invalid" | "upload-too-large" | "upload-grows" | "upload-in-use" | "disk-full" | "capture-unknown" | "source-unknown" | "source-exists" | "sources-full" | "request-invalid" | "body-invalid" | "body-too-large" | "content-type" | "not-acceptable" | "route-unknown" | "method-wrong" | "feature-missing" | "feature-invalid" | "tensor-invalid" | "model-not-ready" | "address-unusable" | "console-missing" | "cancelled" | "verdict-found" | "internal";
                        /** @description What was found, where, and what was expected, in one line. */
                        detail: string;
                        /** @description What went wrong. */
                        error: string;
                        /** @description Fields that are not as they should be. */
                        errors?: {
                            expected: string;
                            field: string;
                            found: string;
                        }[];
                        /** @description What to do. */
                        hint: string;
                        /** @description The HTTP status. */
                        status: number;
                        title: string;
                        /** @description Names the kind of failure: urn:orbweaver:problem:CODE. */
                        type: string;
                    };
                };
            };
            /** @description What went wrong. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description The code of the table of errors.
                         * @enum {string}
                         */
                        code: "usage" | "file-missing" | "file-permission" | "file-is-directory" | "file-read" | "file-write" | "capture-format" | "capture-corrupt" | "rows-format" | "rows-invalid" | "rows-too-large" | "schema-unknown" | "schema-mismatch" | "model-format" | "model-corrupt" | "model-version" | "onnx-invalid" | "onnx-unsupported" | "onnx-runtime" | "onnx-failed" | "labels-invalid" | "capture-program" | "capture-permission" | "capture-interface" | "capture-filter" | "capture-gone" | "capture-stopped" | "key-invalid" | "run-invalid" | "training-data" | "parameter-invalid" | "scenario-unknown" | "dataset-unknown" | "dataset-exists" | "dataset-damaged" | "project-invalid" | "import-rejects" | "recipe-invalid" | "split-impossible" | "influx-unreachable" | "influx-auth" | "influx-query" | "tree-unknown" | "run-unknown" | "run-ended" | "run-running" | "artefact-unknown" | "model-unknown" | "alias-unknown" | "model-in-use" | "name-invalid" | "registry-invalid" | "mlflow-unreachable" | "mlflow-auth" | "mlflow-refused" | "store-conflict" | "store-busy" | "store-unreachable" | "store-damaged" | "store-version" | "store-limit" | "audit-found" | "requirement-unmet" | "access-required" | "access-refused" | "access-forbidden" | "login-refused" | "rate-limited" | "user-unknown" | "user-exists" | "user-needed" | "user-invalid" | "access-full" | "session-unknown" | "access-key-unknown" | "access-key-invalid" | "request-refused" | "request-slow" | "serve-unprotected" | "tls-invalid" | "job-unknown" | "job-kind-unknown" | "job-invalid" | "job-ended" | "job-not-ended" | "jobs-full" | "job-interrupted" | "job-memory" | "job-died" | "rows-busy" | "flow-unknown" | "result-unknown" | "upload-unknown" | "upload-invalid" | "upload-too-large" | "upload-grows" | "upload-in-use" | "disk-full" | "capture-unknown" | "source-unknown" | "source-exists" | "sources-full" | "request-invalid" | "body-invalid" | "body-too-large" | "content-type" | "not-acceptable" | "route-unknown" | "method-wrong" | "feature-missing" | "feature-invalid" | "tensor-invalid" | "model-not-ready" | "address-unusable" | "console-missing" | "cancelled" | "verdict-found" | "internal";
                        /** @description What was found, where, and what was expected, in one line. */
                        detail: string;
                        /** @description What went wrong. */
                        error: string;
                        /** @description Fields that are not as they should be. */
                        errors?: {
                            expected: string;
                            field: string;
                            found: string;
                        }[];
                        /** @description What to do. */
                        hint: string;
                        /** @description The HTTP status. */
                        status: number;
                        title: string;
                        /** @description Names the kind of failure: urn:orbweaver:problem:CODE. */
                        type: string;
                    };
                };
            };
            /** @description What went wrong. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description The code of the table of errors.
                         * @enum {string}
                         */
                        code: "usage" | "file-missing" | "file-permission" | "file-is-directory" | "file-read" | "file-write" | "capture-format" | "capture-corrupt" | "rows-format" | "rows-invalid" | "rows-too-large" | "schema-unknown" | "schema-mismatch" | "model-format" | "model-corrupt" | "model-version" | "onnx-invalid" | "onnx-unsupported" | "onnx-runtime" | "onnx-failed" | "labels-invalid" | "capture-program" | "capture-permission" | "capture-interface" | "capture-filter" | "capture-gone" | "capture-stopped" | "key-invalid" | "run-invalid" | "training-data" | "parameter-invalid" | "scenario-unknown" | "dataset-unknown" | "dataset-exists" | "dataset-damaged" | "project-invalid" | "import-rejects" | "recipe-invalid" | "split-impossible" | "influx-unreachable" | "influx-auth" | "influx-query" | "tree-unknown" | "run-unknown" | "run-ended" | "run-running" | "artefact-unknown" | "model-unknown" | "alias-unknown" | "model-in-use" | "name-invalid" | "registry-invalid" | "mlflow-unreachable" | "mlflow-auth" | "mlflow-refused" | "store-conflict" | "store-busy" | "store-unreachable" | "store-damaged" | "store-version" | "store-limit" | "audit-found" | "requirement-unmet" | "access-required" | "access-refused" | "access-forbidden" | "login-refused" | "rate-limited" | "user-unknown" | "user-exists" | "user-needed" | "user-invalid" | "access-full" | "session-unknown" | "access-key-unknown" | "access-key-invalid" | "request-refused" | "request-slow" | "serve-unprotected" | "tls-invalid" | "job-unknown" | "job-kind-unknown" | "job-invalid" | "job-ended" | "job-not-ended" | "jobs-full" | "job-interrupted" | "job-memory" | "job-died" | "rows-busy" | "flow-unknown" | "result-unknown" | "upload-unknown" | "upload-invalid" | "upload-too-large" | "upload-grows" | "upload-in-use" | "disk-full" | "capture-unknown" | "source-unknown" | "source-exists" | "sources-full" | "request-invalid" | "body-invalid" | "body-too-large" | "content-type" | "not-acceptable" | "route-unknown" | "method-wrong" | "feature-missing" | "feature-invalid" | "tensor-invalid" | "model-not-ready" | "address-unusable" | "console-missing" | "cancelled" | "verdict-found" | "internal";
                        /** @description What was found, where, and what was expected, in one line. */
                        detail: string;
                        /** @description What went wrong. */
                        error: string;
                        /** @description Fields that are not as they should be. */
                        errors?: {
                            expected: string;
                            field: string;
                            found: string;
                        }[];
                        /** @description What to do. */
                        hint: string;
                        /** @description The HTTP status. */
                        status: number;
                        title: string;
                        /** @description Names the kind of failure: urn:orbweaver:problem:CODE. */
                        type: string;
                    };
                };
            };
            /** @description What went wrong. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description The code of the table of errors.
                         * @enum {string}
                         */
                        code: "usage" | "file-missing" | "file-permission" | "file-is-directory" | "file-read" | "file-write" | "capture-format" | "capture-corrupt" | "rows-format" | "rows-invalid" | "rows-too-large" | "schema-unknown" | "schema-mismatch" | "model-format" | "model-corrupt" | "model-version" | "onnx-invalid" | "onnx-unsupported" | "onnx-runtime" | "onnx-failed" | "labels-invalid" | "capture-program" | "capture-permission" | "capture-interface" | "capture-filter" | "capture-gone" | "capture-stopped" | "key-invalid" | "run-invalid" | "training-data" | "parameter-invalid" | "scenario-unknown" | "dataset-unknown" | "dataset-exists" | "dataset-damaged" | "project-invalid" | "import-rejects" | "recipe-invalid" | "split-impossible" | "influx-unreachable" | "influx-auth" | "influx-query" | "tree-unknown" | "run-unknown" | "run-ended" | "run-running" | "artefact-unknown" | "model-unknown" | "alias-unknown" | "model-in-use" | "name-invalid" | "registry-invalid" | "mlflow-unreachable" | "mlflow-auth" | "mlflow-refused" | "store-conflict" | "store-busy" | "store-unreachable" | "store-damaged" | "store-version" | "store-limit" | "audit-found" | "requirement-unmet" | "access-required" | "access-refused" | "access-forbidden" | "login-refused" | "rate-limited" | "user-unknown" | "user-exists" | "user-needed" | "user-invalid" | "access-full" | "session-unknown" | "access-key-unknown" | "access-key-invalid" | "request-refused" | "request-slow" | "serve-unprotected" | "tls-invalid" | "job-unknown" | "job-kind-unknown" | "job-invalid" | "job-ended" | "job-not-ended" | "jobs-full" | "job-interrupted" | "job-memory" | "job-died" | "rows-busy" | "flow-unknown" | "result-unknown" | "upload-unknown" | "upload-invalid" | "upload-too-large" | "upload-grows" | "upload-in-use" | "disk-full" | "capture-unknown" | "source-unknown" | "source-exists" | "sources-full" | "request-invalid" | "body-invalid" | "body-too-large" | "content-type" | "not-acceptable" | "route-unknown" | "method-wrong" | "feature-missing" | "feature-invalid" | "tensor-invalid" | "model-not-ready" | "address-unusable" | "console-missing" | "cancelled" | "verdict-found" | "internal";
                        /** @description What was found, where, and what was expected, in one line. */
                        detail: string;
                        /** @description What went wrong. */
                        error: string;
                        /** @description Fields that are not as they should be. */
                        errors?: {
                            expected: string;
                            field: string;
                            found: string;
                        }[];
                        /** @description What to do. */
                        hint: string;
                        /** @description The HTTP status. */
                        status: number;
                        title: string;
                        /** @description Names the kind of failure: urn:orbweaver:problem:CODE. */
                        type: string;
                    };
                };
            };
        };
    };
    v2Infer: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                model: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    id?: string;
                    inputs: {
                        data?: unknown;
                        datatype: string;
                        name: string;
                        parameters?: {
                            [key: string]: unknown;
                        };
                        shape: number[];
                    }[];
                    outputs?: {
                        name: string;
                        parameters?: {
                            [key: string]: unknown;
                        };
                    }[];
                    parameters?: {
                        [key: string]: unknown;
                    };
                };
                "application/octet-stream": {
                    id?: string;
                    inputs: {
                        data?: unknown;
                        datatype: string;
                        name: string;
                        parameters?: {
                            [key: string]: unknown;
                        };
                        shape: number[];
                    }[];
                    outputs?: {
                        name: string;
                        parameters?: {
                            [key: string]: unknown;
                        };
                    }[];
                    parameters?: {
                        [key: string]: unknown;
                    };
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id?: string;
                        model_name: string;
                        model_version?: string;
                        outputs: {
                            data?: unknown[];
                            datatype: string;
                            name: string;
                            parameters?: {
                                [key: string]: unknown;
                            };
                            shape: number[];
                        }[];
                        parameters?: {
                            [key: string]: unknown;
                        };
                    };
                };
            };
            /** @description What went wrong. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description The code of the table of errors.
                         * @enum {string}
                         */
                        code: "usage" | "file-missing" | "file-permission" | "file-is-directory" | "file-read" | "file-write" | "capture-format" | "capture-corrupt" | "rows-format" | "rows-invalid" | "rows-too-large" | "schema-unknown" | "schema-mismatch" | "model-format" | "model-corrupt" | "model-version" | "onnx-invalid" | "onnx-unsupported" | "onnx-runtime" | "onnx-failed" | "labels-invalid" | "capture-program" | "capture-permission" | "capture-interface" | "capture-filter" | "capture-gone" | "capture-stopped" | "key-invalid" | "run-invalid" | "training-data" | "parameter-invalid" | "scenario-unknown" | "dataset-unknown" | "dataset-exists" | "dataset-damaged" | "project-invalid" | "import-rejects" | "recipe-invalid" | "split-impossible" | "influx-unreachable" | "influx-auth" | "influx-query" | "tree-unknown" | "run-unknown" | "run-ended" | "run-running" | "artefact-unknown" | "model-unknown" | "alias-unknown" | "model-in-use" | "name-invalid" | "registry-invalid" | "mlflow-unreachable" | "mlflow-auth" | "mlflow-refused" | "store-conflict" | "store-busy" | "store-unreachable" | "store-damaged" | "store-version" | "store-limit" | "audit-found" | "requirement-unmet" | "access-required" | "access-refused" | "access-forbidden" | "login-refused" | "rate-limited" | "user-unknown" | "user-exists" | "user-needed" | "user-invalid" | "access-full" | "session-unknown" | "access-key-unknown" | "access-key-invalid" | "request-refused" | "request-slow" | "serve-unprotected" | "tls-invalid" | "job-unknown" | "job-kind-unknown" | "job-invalid" | "job-ended" | "job-not-ended" | "jobs-full" | "job-interrupted" | "job-memory" | "job-died" | "rows-busy" | "flow-unknown" | "result-unknown" | "upload-unknown" | "upload-invalid" | "upload-too-large" | "upload-grows" | "upload-in-use" | "disk-full" | "capture-unknown" | "source-unknown" | "source-exists" | "sources-full" | "request-invalid" | "body-invalid" | "body-too-large" | "content-type" | "not-acceptable" | "route-unknown" | "method-wrong" | "feature-missing" | "feature-invalid" | "tensor-invalid" | "model-not-ready" | "address-unusable" | "console-missing" | "cancelled" | "verdict-found" | "internal";
                        /** @description What was found, where, and what was expected, in one line. */
                        detail: string;
                        /** @description What went wrong. */
                        error: string;
                        /** @description Fields that are not as they should be. */
                        errors?: {
                            expected: string;
                            field: string;
                            found: string;
                        }[];
                        /** @description What to do. */
                        hint: string;
                        /** @description The HTTP status. */
                        status: number;
                        title: string;
                        /** @description Names the kind of failure: urn:orbweaver:problem:CODE. */
                        type: string;
                    };
                };
            };
            /** @description What went wrong. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description The code of the table of errors.
                         * @enum {string}
                         */
                        code: "usage" | "file-missing" | "file-permission" | "file-is-directory" | "file-read" | "file-write" | "capture-format" | "capture-corrupt" | "rows-format" | "rows-invalid" | "rows-too-large" | "schema-unknown" | "schema-mismatch" | "model-format" | "model-corrupt" | "model-version" | "onnx-invalid" | "onnx-unsupported" | "onnx-runtime" | "onnx-failed" | "labels-invalid" | "capture-program" | "capture-permission" | "capture-interface" | "capture-filter" | "capture-gone" | "capture-stopped" | "key-invalid" | "run-invalid" | "training-data" | "parameter-invalid" | "scenario-unknown" | "dataset-unknown" | "dataset-exists" | "dataset-damaged" | "project-invalid" | "import-rejects" | "recipe-invalid" | "split-impossible" | "influx-unreachable" | "influx-auth" | "influx-query" | "tree-unknown" | "run-unknown" | "run-ended" | "run-running" | "artefact-unknown" | "model-unknown" | "alias-unknown" | "model-in-use" | "name-invalid" | "registry-invalid" | "mlflow-unreachable" | "mlflow-auth" | "mlflow-refused" | "store-conflict" | "store-busy" | "store-unreachable" | "store-damaged" | "store-version" | "store-limit" | "audit-found" | "requirement-unmet" | "access-required" | "access-refused" | "access-forbidden" | "login-refused" | "rate-limited" | "user-unknown" | "user-exists" | "user-needed" | "user-invalid" | "access-full" | "session-unknown" | "access-key-unknown" | "access-key-invalid" | "request-refused" | "request-slow" | "serve-unprotected" | "tls-invalid" | "job-unknown" | "job-kind-unknown" | "job-invalid" | "job-ended" | "job-not-ended" | "jobs-full" | "job-interrupted" | "job-memory" | "job-died" | "rows-busy" | "flow-unknown" | "result-unknown" | "upload-unknown" | "upload-invalid" | "upload-too-large" | "upload-grows" | "upload-in-use" | "disk-full" | "capture-unknown" | "source-unknown" | "source-exists" | "sources-full" | "request-invalid" | "body-invalid" | "body-too-large" | "content-type" | "not-acceptable" | "route-unknown" | "method-wrong" | "feature-missing" | "feature-invalid" | "tensor-invalid" | "model-not-ready" | "address-unusable" | "console-missing" | "cancelled" | "verdict-found" | "internal";
                        /** @description What was found, where, and what was expected, in one line. */
                        detail: string;
                        /** @description What went wrong. */
                        error: string;
                        /** @description Fields that are not as they should be. */
                        errors?: {
                            expected: string;
                            field: string;
                            found: string;
                        }[];
                        /** @description What to do. */
                        hint: string;
                        /** @description The HTTP status. */
                        status: number;
                        title: string;
                        /** @description Names the kind of failure: urn:orbweaver:problem:CODE. */
                        type: string;
                    };
                };
            };
            /** @description What went wrong. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description The code of the table of errors.
                         * @enum {string}
                         */
                        code: "usage" | "file-missing" | "file-permission" | "file-is-directory" | "file-read" | "file-write" | "capture-format" | "capture-corrupt" | "rows-format" | "rows-invalid" | "rows-too-large" | "schema-unknown" | "schema-mismatch" | "model-format" | "model-corrupt" | "model-version" | "onnx-invalid" | "onnx-unsupported" | "onnx-runtime" | "onnx-failed" | "labels-invalid" | "capture-program" | "capture-permission" | "capture-interface" | "capture-filter" | "capture-gone" | "capture-stopped" | "key-invalid" | "run-invalid" | "training-data" | "parameter-invalid" | "scenario-unknown" | "dataset-unknown" | "dataset-exists" | "dataset-damaged" | "project-invalid" | "import-rejects" | "recipe-invalid" | "split-impossible" | "influx-unreachable" | "influx-auth" | "influx-query" | "tree-unknown" | "run-unknown" | "run-ended" | "run-running" | "artefact-unknown" | "model-unknown" | "alias-unknown" | "model-in-use" | "name-invalid" | "registry-invalid" | "mlflow-unreachable" | "mlflow-auth" | "mlflow-refused" | "store-conflict" | "store-busy" | "store-unreachable" | "store-damaged" | "store-version" | "store-limit" | "audit-found" | "requirement-unmet" | "access-required" | "access-refused" | "access-forbidden" | "login-refused" | "rate-limited" | "user-unknown" | "user-exists" | "user-needed" | "user-invalid" | "access-full" | "session-unknown" | "access-key-unknown" | "access-key-invalid" | "request-refused" | "request-slow" | "serve-unprotected" | "tls-invalid" | "job-unknown" | "job-kind-unknown" | "job-invalid" | "job-ended" | "job-not-ended" | "jobs-full" | "job-interrupted" | "job-memory" | "job-died" | "rows-busy" | "flow-unknown" | "result-unknown" | "upload-unknown" | "upload-invalid" | "upload-too-large" | "upload-grows" | "upload-in-use" | "disk-full" | "capture-unknown" | "source-unknown" | "source-exists" | "sources-full" | "request-invalid" | "body-invalid" | "body-too-large" | "content-type" | "not-acceptable" | "route-unknown" | "method-wrong" | "feature-missing" | "feature-invalid" | "tensor-invalid" | "model-not-ready" | "address-unusable" | "console-missing" | "cancelled" | "verdict-found" | "internal";
                        /** @description What was found, where, and what was expected, in one line. */
                        detail: string;
                        /** @description What went wrong. */
                        error: string;
                        /** @description Fields that are not as they should be. */
                        errors?: {
                            expected: string;
                            field: string;
                            found: string;
                        }[];
                        /** @description What to do. */
                        hint: string;
                        /** @description The HTTP status. */
                        status: number;
                        title: string;
                        /** @description Names the kind of failure: urn:orbweaver:problem:CODE. */
                        type: string;
                    };
                };
            };
            /** @description What went wrong. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description The code of the table of errors.
                         * @enum {string}
                         */
                        code: "usage" | "file-missing" | "file-permission" | "file-is-directory" | "file-read" | "file-write" | "capture-format" | "capture-corrupt" | "rows-format" | "rows-invalid" | "rows-too-large" | "schema-unknown" | "schema-mismatch" | "model-format" | "model-corrupt" | "model-version" | "onnx-invalid" | "onnx-unsupported" | "onnx-runtime" | "onnx-failed" | "labels-invalid" | "capture-program" | "capture-permission" | "capture-interface" | "capture-filter" | "capture-gone" | "capture-stopped" | "key-invalid" | "run-invalid" | "training-data" | "parameter-invalid" | "scenario-unknown" | "dataset-unknown" | "dataset-exists" | "dataset-damaged" | "project-invalid" | "import-rejects" | "recipe-invalid" | "split-impossible" | "influx-unreachable" | "influx-auth" | "influx-query" | "tree-unknown" | "run-unknown" | "run-ended" | "run-running" | "artefact-unknown" | "model-unknown" | "alias-unknown" | "model-in-use" | "name-invalid" | "registry-invalid" | "mlflow-unreachable" | "mlflow-auth" | "mlflow-refused" | "store-conflict" | "store-busy" | "store-unreachable" | "store-damaged" | "store-version" | "store-limit" | "audit-found" | "requirement-unmet" | "access-required" | "access-refused" | "access-forbidden" | "login-refused" | "rate-limited" | "user-unknown" | "user-exists" | "user-needed" | "user-invalid" | "access-full" | "session-unknown" | "access-key-unknown" | "access-key-invalid" | "request-refused" | "request-slow" | "serve-unprotected" | "tls-invalid" | "job-unknown" | "job-kind-unknown" | "job-invalid" | "job-ended" | "job-not-ended" | "jobs-full" | "job-interrupted" | "job-memory" | "job-died" | "rows-busy" | "flow-unknown" | "result-unknown" | "upload-unknown" | "upload-invalid" | "upload-too-large" | "upload-grows" | "upload-in-use" | "disk-full" | "capture-unknown" | "source-unknown" | "source-exists" | "sources-full" | "request-invalid" | "body-invalid" | "body-too-large" | "content-type" | "not-acceptable" | "route-unknown" | "method-wrong" | "feature-missing" | "feature-invalid" | "tensor-invalid" | "model-not-ready" | "address-unusable" | "console-missing" | "cancelled" | "verdict-found" | "internal";
                        /** @description What was found, where, and what was expected, in one line. */
                        detail: string;
                        /** @description What went wrong. */
                        error: string;
                        /** @description Fields that are not as they should be. */
                        errors?: {
                            expected: string;
                            field: string;
                            found: string;
                        }[];
                        /** @description What to do. */
                        hint: string;
                        /** @description The HTTP status. */
                        status: number;
                        title: string;
                        /** @description Names the kind of failure: urn:orbweaver:problem:CODE. */
                        type: string;
                    };
                };
            };
            /** @description What went wrong. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description The code of the table of errors.
                         * @enum {string}
                         */
                        code: "usage" | "file-missing" | "file-permission" | "file-is-directory" | "file-read" | "file-write" | "capture-format" | "capture-corrupt" | "rows-format" | "rows-invalid" | "rows-too-large" | "schema-unknown" | "schema-mismatch" | "model-format" | "model-corrupt" | "model-version" | "onnx-invalid" | "onnx-unsupported" | "onnx-runtime" | "onnx-failed" | "labels-invalid" | "capture-program" | "capture-permission" | "capture-interface" | "capture-filter" | "capture-gone" | "capture-stopped" | "key-invalid" | "run-invalid" | "training-data" | "parameter-invalid" | "scenario-unknown" | "dataset-unknown" | "dataset-exists" | "dataset-damaged" | "project-invalid" | "import-rejects" | "recipe-invalid" | "split-impossible" | "influx-unreachable" | "influx-auth" | "influx-query" | "tree-unknown" | "run-unknown" | "run-ended" | "run-running" | "artefact-unknown" | "model-unknown" | "alias-unknown" | "model-in-use" | "name-invalid" | "registry-invalid" | "mlflow-unreachable" | "mlflow-auth" | "mlflow-refused" | "store-conflict" | "store-busy" | "store-unreachable" | "store-damaged" | "store-version" | "store-limit" | "audit-found" | "requirement-unmet" | "access-required" | "access-refused" | "access-forbidden" | "login-refused" | "rate-limited" | "user-unknown" | "user-exists" | "user-needed" | "user-invalid" | "access-full" | "session-unknown" | "access-key-unknown" | "access-key-invalid" | "request-refused" | "request-slow" | "serve-unprotected" | "tls-invalid" | "job-unknown" | "job-kind-unknown" | "job-invalid" | "job-ended" | "job-not-ended" | "jobs-full" | "job-interrupted" | "job-memory" | "job-died" | "rows-busy" | "flow-unknown" | "result-unknown" | "upload-unknown" | "upload-invalid" | "upload-too-large" | "upload-grows" | "upload-in-use" | "disk-full" | "capture-unknown" | "source-unknown" | "source-exists" | "sources-full" | "request-invalid" | "body-invalid" | "body-too-large" | "content-type" | "not-acceptable" | "route-unknown" | "method-wrong" | "feature-missing" | "feature-invalid" | "tensor-invalid" | "model-not-ready" | "address-unusable" | "console-missing" | "cancelled" | "verdict-found" | "internal";
                        /** @description What was found, where, and what was expected, in one line. */
                        detail: string;
                        /** @description What went wrong. */
                        error: string;
                        /** @description Fields that are not as they should be. */
                        errors?: {
                            expected: string;
                            field: string;
                            found: string;
                        }[];
                        /** @description What to do. */
                        hint: string;
                        /** @description The HTTP status. */
                        status: number;
                        title: string;
                        /** @description Names the kind of failure: urn:orbweaver:problem:CODE. */
                        type: string;
                    };
                };
            };
        };
    };
    v2ModelReady: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                model: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        name: string;
                        ready: boolean;
                    };
                };
            };
            /** @description What went wrong. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description The code of the table of errors.
                         * @enum {string}
                         */
                        code: "usage" | "file-missing" | "file-permission" | "file-is-directory" | "file-read" | "file-write" | "capture-format" | "capture-corrupt" | "rows-format" | "rows-invalid" | "rows-too-large" | "schema-unknown" | "schema-mismatch" | "model-format" | "model-corrupt" | "model-version" | "onnx-invalid" | "onnx-unsupported" | "onnx-runtime" | "onnx-failed" | "labels-invalid" | "capture-program" | "capture-permission" | "capture-interface" | "capture-filter" | "capture-gone" | "capture-stopped" | "key-invalid" | "run-invalid" | "training-data" | "parameter-invalid" | "scenario-unknown" | "dataset-unknown" | "dataset-exists" | "dataset-damaged" | "project-invalid" | "import-rejects" | "recipe-invalid" | "split-impossible" | "influx-unreachable" | "influx-auth" | "influx-query" | "tree-unknown" | "run-unknown" | "run-ended" | "run-running" | "artefact-unknown" | "model-unknown" | "alias-unknown" | "model-in-use" | "name-invalid" | "registry-invalid" | "mlflow-unreachable" | "mlflow-auth" | "mlflow-refused" | "store-conflict" | "store-busy" | "store-unreachable" | "store-damaged" | "store-version" | "store-limit" | "audit-found" | "requirement-unmet" | "access-required" | "access-refused" | "access-forbidden" | "login-refused" | "rate-limited" | "user-unknown" | "user-exists" | "user-needed" | "user-invalid" | "access-full" | "session-unknown" | "access-key-unknown" | "access-key-invalid" | "request-refused" | "request-slow" | "serve-unprotected" | "tls-invalid" | "job-unknown" | "job-kind-unknown" | "job-invalid" | "job-ended" | "job-not-ended" | "jobs-full" | "job-interrupted" | "job-memory" | "job-died" | "rows-busy" | "flow-unknown" | "result-unknown" | "upload-unknown" | "upload-invalid" | "upload-too-large" | "upload-grows" | "upload-in-use" | "disk-full" | "capture-unknown" | "source-unknown" | "source-exists" | "sources-full" | "request-invalid" | "body-invalid" | "body-too-large" | "content-type" | "not-acceptable" | "route-unknown" | "method-wrong" | "feature-missing" | "feature-invalid" | "tensor-invalid" | "model-not-ready" | "address-unusable" | "console-missing" | "cancelled" | "verdict-found" | "internal";
                        /** @description What was found, where, and what was expected, in one line. */
                        detail: string;
                        /** @description What went wrong. */
                        error: string;
                        /** @description Fields that are not as they should be. */
                        errors?: {
                            expected: string;
                            field: string;
                            found: string;
                        }[];
                        /** @description What to do. */
                        hint: string;
                        /** @description The HTTP status. */
                        status: number;
                        title: string;
                        /** @description Names the kind of failure: urn:orbweaver:problem:CODE. */
                        type: string;
                    };
                };
            };
            /** @description What went wrong. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description The code of the table of errors.
                         * @enum {string}
                         */
                        code: "usage" | "file-missing" | "file-permission" | "file-is-directory" | "file-read" | "file-write" | "capture-format" | "capture-corrupt" | "rows-format" | "rows-invalid" | "rows-too-large" | "schema-unknown" | "schema-mismatch" | "model-format" | "model-corrupt" | "model-version" | "onnx-invalid" | "onnx-unsupported" | "onnx-runtime" | "onnx-failed" | "labels-invalid" | "capture-program" | "capture-permission" | "capture-interface" | "capture-filter" | "capture-gone" | "capture-stopped" | "key-invalid" | "run-invalid" | "training-data" | "parameter-invalid" | "scenario-unknown" | "dataset-unknown" | "dataset-exists" | "dataset-damaged" | "project-invalid" | "import-rejects" | "recipe-invalid" | "split-impossible" | "influx-unreachable" | "influx-auth" | "influx-query" | "tree-unknown" | "run-unknown" | "run-ended" | "run-running" | "artefact-unknown" | "model-unknown" | "alias-unknown" | "model-in-use" | "name-invalid" | "registry-invalid" | "mlflow-unreachable" | "mlflow-auth" | "mlflow-refused" | "store-conflict" | "store-busy" | "store-unreachable" | "store-damaged" | "store-version" | "store-limit" | "audit-found" | "requirement-unmet" | "access-required" | "access-refused" | "access-forbidden" | "login-refused" | "rate-limited" | "user-unknown" | "user-exists" | "user-needed" | "user-invalid" | "access-full" | "session-unknown" | "access-key-unknown" | "access-key-invalid" | "request-refused" | "request-slow" | "serve-unprotected" | "tls-invalid" | "job-unknown" | "job-kind-unknown" | "job-invalid" | "job-ended" | "job-not-ended" | "jobs-full" | "job-interrupted" | "job-memory" | "job-died" | "rows-busy" | "flow-unknown" | "result-unknown" | "upload-unknown" | "upload-invalid" | "upload-too-large" | "upload-grows" | "upload-in-use" | "disk-full" | "capture-unknown" | "source-unknown" | "source-exists" | "sources-full" | "request-invalid" | "body-invalid" | "body-too-large" | "content-type" | "not-acceptable" | "route-unknown" | "method-wrong" | "feature-missing" | "feature-invalid" | "tensor-invalid" | "model-not-ready" | "address-unusable" | "console-missing" | "cancelled" | "verdict-found" | "internal";
                        /** @description What was found, where, and what was expected, in one line. */
                        detail: string;
                        /** @description What went wrong. */
                        error: string;
                        /** @description Fields that are not as they should be. */
                        errors?: {
                            expected: string;
                            field: string;
                            found: string;
                        }[];
                        /** @description What to do. */
                        hint: string;
                        /** @description The HTTP status. */
                        status: number;
                        title: string;
                        /** @description Names the kind of failure: urn:orbweaver:problem:CODE. */
                        type: string;
                    };
                };
            };
            /** @description What went wrong. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description The code of the table of errors.
                         * @enum {string}
                         */
                        code: "usage" | "file-missing" | "file-permission" | "file-is-directory" | "file-read" | "file-write" | "capture-format" | "capture-corrupt" | "rows-format" | "rows-invalid" | "rows-too-large" | "schema-unknown" | "schema-mismatch" | "model-format" | "model-corrupt" | "model-version" | "onnx-invalid" | "onnx-unsupported" | "onnx-runtime" | "onnx-failed" | "labels-invalid" | "capture-program" | "capture-permission" | "capture-interface" | "capture-filter" | "capture-gone" | "capture-stopped" | "key-invalid" | "run-invalid" | "training-data" | "parameter-invalid" | "scenario-unknown" | "dataset-unknown" | "dataset-exists" | "dataset-damaged" | "project-invalid" | "import-rejects" | "recipe-invalid" | "split-impossible" | "influx-unreachable" | "influx-auth" | "influx-query" | "tree-unknown" | "run-unknown" | "run-ended" | "run-running" | "artefact-unknown" | "model-unknown" | "alias-unknown" | "model-in-use" | "name-invalid" | "registry-invalid" | "mlflow-unreachable" | "mlflow-auth" | "mlflow-refused" | "store-conflict" | "store-busy" | "store-unreachable" | "store-damaged" | "store-version" | "store-limit" | "audit-found" | "requirement-unmet" | "access-required" | "access-refused" | "access-forbidden" | "login-refused" | "rate-limited" | "user-unknown" | "user-exists" | "user-needed" | "user-invalid" | "access-full" | "session-unknown" | "access-key-unknown" | "access-key-invalid" | "request-refused" | "request-slow" | "serve-unprotected" | "tls-invalid" | "job-unknown" | "job-kind-unknown" | "job-invalid" | "job-ended" | "job-not-ended" | "jobs-full" | "job-interrupted" | "job-memory" | "job-died" | "rows-busy" | "flow-unknown" | "result-unknown" | "upload-unknown" | "upload-invalid" | "upload-too-large" | "upload-grows" | "upload-in-use" | "disk-full" | "capture-unknown" | "source-unknown" | "source-exists" | "sources-full" | "request-invalid" | "body-invalid" | "body-too-large" | "content-type" | "not-acceptable" | "route-unknown" | "method-wrong" | "feature-missing" | "feature-invalid" | "tensor-invalid" | "model-not-ready" | "address-unusable" | "console-missing" | "cancelled" | "verdict-found" | "internal";
                        /** @description What was found, where, and what was expected, in one line. */
                        detail: string;
                        /** @description What went wrong. */
                        error: string;
                        /** @description Fields that are not as they should be. */
                        errors?: {
                            expected: string;
                            field: string;
                            found: string;
                        }[];
                        /** @description What to do. */
                        hint: string;
                        /** @description The HTTP status. */
                        status: number;
                        title: string;
                        /** @description Names the kind of failure: urn:orbweaver:problem:CODE. */
                        type: string;
                    };
                };
            };
            /** @description What went wrong. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description The code of the table of errors.
                         * @enum {string}
                         */
                        code: "usage" | "file-missing" | "file-permission" | "file-is-directory" | "file-read" | "file-write" | "capture-format" | "capture-corrupt" | "rows-format" | "rows-invalid" | "rows-too-large" | "schema-unknown" | "schema-mismatch" | "model-format" | "model-corrupt" | "model-version" | "onnx-invalid" | "onnx-unsupported" | "onnx-runtime" | "onnx-failed" | "labels-invalid" | "capture-program" | "capture-permission" | "capture-interface" | "capture-filter" | "capture-gone" | "capture-stopped" | "key-invalid" | "run-invalid" | "training-data" | "parameter-invalid" | "scenario-unknown" | "dataset-unknown" | "dataset-exists" | "dataset-damaged" | "project-invalid" | "import-rejects" | "recipe-invalid" | "split-impossible" | "influx-unreachable" | "influx-auth" | "influx-query" | "tree-unknown" | "run-unknown" | "run-ended" | "run-running" | "artefact-unknown" | "model-unknown" | "alias-unknown" | "model-in-use" | "name-invalid" | "registry-invalid" | "mlflow-unreachable" | "mlflow-auth" | "mlflow-refused" | "store-conflict" | "store-busy" | "store-unreachable" | "store-damaged" | "store-version" | "store-limit" | "audit-found" | "requirement-unmet" | "access-required" | "access-refused" | "access-forbidden" | "login-refused" | "rate-limited" | "user-unknown" | "user-exists" | "user-needed" | "user-invalid" | "access-full" | "session-unknown" | "access-key-unknown" | "access-key-invalid" | "request-refused" | "request-slow" | "serve-unprotected" | "tls-invalid" | "job-unknown" | "job-kind-unknown" | "job-invalid" | "job-ended" | "job-not-ended" | "jobs-full" | "job-interrupted" | "job-memory" | "job-died" | "rows-busy" | "flow-unknown" | "result-unknown" | "upload-unknown" | "upload-invalid" | "upload-too-large" | "upload-grows" | "upload-in-use" | "disk-full" | "capture-unknown" | "source-unknown" | "source-exists" | "sources-full" | "request-invalid" | "body-invalid" | "body-too-large" | "content-type" | "not-acceptable" | "route-unknown" | "method-wrong" | "feature-missing" | "feature-invalid" | "tensor-invalid" | "model-not-ready" | "address-unusable" | "console-missing" | "cancelled" | "verdict-found" | "internal";
                        /** @description What was found, where, and what was expected, in one line. */
                        detail: string;
                        /** @description What went wrong. */
                        error: string;
                        /** @description Fields that are not as they should be. */
                        errors?: {
                            expected: string;
                            field: string;
                            found: string;
                        }[];
                        /** @description What to do. */
                        hint: string;
                        /** @description The HTTP status. */
                        status: number;
                        title: string;
                        /** @description Names the kind of failure: urn:orbweaver:problem:CODE. */
                        type: string;
                    };
                };
            };
            /** @description What went wrong. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description The code of the table of errors.
                         * @enum {string}
                         */
                        code: "usage" | "file-missing" | "file-permission" | "file-is-directory" | "file-read" | "file-write" | "capture-format" | "capture-corrupt" | "rows-format" | "rows-invalid" | "rows-too-large" | "schema-unknown" | "schema-mismatch" | "model-format" | "model-corrupt" | "model-version" | "onnx-invalid" | "onnx-unsupported" | "onnx-runtime" | "onnx-failed" | "labels-invalid" | "capture-program" | "capture-permission" | "capture-interface" | "capture-filter" | "capture-gone" | "capture-stopped" | "key-invalid" | "run-invalid" | "training-data" | "parameter-invalid" | "scenario-unknown" | "dataset-unknown" | "dataset-exists" | "dataset-damaged" | "project-invalid" | "import-rejects" | "recipe-invalid" | "split-impossible" | "influx-unreachable" | "influx-auth" | "influx-query" | "tree-unknown" | "run-unknown" | "run-ended" | "run-running" | "artefact-unknown" | "model-unknown" | "alias-unknown" | "model-in-use" | "name-invalid" | "registry-invalid" | "mlflow-unreachable" | "mlflow-auth" | "mlflow-refused" | "store-conflict" | "store-busy" | "store-unreachable" | "store-damaged" | "store-version" | "store-limit" | "audit-found" | "requirement-unmet" | "access-required" | "access-refused" | "access-forbidden" | "login-refused" | "rate-limited" | "user-unknown" | "user-exists" | "user-needed" | "user-invalid" | "access-full" | "session-unknown" | "access-key-unknown" | "access-key-invalid" | "request-refused" | "request-slow" | "serve-unprotected" | "tls-invalid" | "job-unknown" | "job-kind-unknown" | "job-invalid" | "job-ended" | "job-not-ended" | "jobs-full" | "job-interrupted" | "job-memory" | "job-died" | "rows-busy" | "flow-unknown" | "result-unknown" | "upload-unknown" | "upload-invalid" | "upload-too-large" | "upload-grows" | "upload-in-use" | "disk-full" | "capture-unknown" | "source-unknown" | "source-exists" | "sources-full" | "request-invalid" | "body-invalid" | "body-too-large" | "content-type" | "not-acceptable" | "route-unknown" | "method-wrong" | "feature-missing" | "feature-invalid" | "tensor-invalid" | "model-not-ready" | "address-unusable" | "console-missing" | "cancelled" | "verdict-found" | "internal";
                        /** @description What was found, where, and what was expected, in one line. */
                        detail: string;
                        /** @description What went wrong. */
                        error: string;
                        /** @description Fields that are not as they should be. */
                        errors?: {
                            expected: string;
                            field: string;
                            found: string;
                        }[];
                        /** @description What to do. */
                        hint: string;
                        /** @description The HTTP status. */
                        status: number;
                        title: string;
                        /** @description Names the kind of failure: urn:orbweaver:problem:CODE. */
                        type: string;
                    };
                };
            };
        };
    };
    v2ModelVersion: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                model: string;
                version: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        inputs: {
                            datatype: string;
                            name: string;
                            shape: number[];
                        }[];
                        name: string;
                        outputs: {
                            datatype: string;
                            name: string;
                            shape: number[];
                        }[];
                        platform: string;
                        versions: string[];
                    };
                };
            };
            /** @description What went wrong. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description The code of the table of errors.
                         * @enum {string}
                         */
                        code: "usage" | "file-missing" | "file-permission" | "file-is-directory" | "file-read" | "file-write" | "capture-format" | "capture-corrupt" | "rows-format" | "rows-invalid" | "rows-too-large" | "schema-unknown" | "schema-mismatch" | "model-format" | "model-corrupt" | "model-version" | "onnx-invalid" | "onnx-unsupported" | "onnx-runtime" | "onnx-failed" | "labels-invalid" | "capture-program" | "capture-permission" | "capture-interface" | "capture-filter" | "capture-gone" | "capture-stopped" | "key-invalid" | "run-invalid" | "training-data" | "parameter-invalid" | "scenario-unknown" | "dataset-unknown" | "dataset-exists" | "dataset-damaged" | "project-invalid" | "import-rejects" | "recipe-invalid" | "split-impossible" | "influx-unreachable" | "influx-auth" | "influx-query" | "tree-unknown" | "run-unknown" | "run-ended" | "run-running" | "artefact-unknown" | "model-unknown" | "alias-unknown" | "model-in-use" | "name-invalid" | "registry-invalid" | "mlflow-unreachable" | "mlflow-auth" | "mlflow-refused" | "store-conflict" | "store-busy" | "store-unreachable" | "store-damaged" | "store-version" | "store-limit" | "audit-found" | "requirement-unmet" | "access-required" | "access-refused" | "access-forbidden" | "login-refused" | "rate-limited" | "user-unknown" | "user-exists" | "user-needed" | "user-invalid" | "access-full" | "session-unknown" | "access-key-unknown" | "access-key-invalid" | "request-refused" | "request-slow" | "serve-unprotected" | "tls-invalid" | "job-unknown" | "job-kind-unknown" | "job-invalid" | "job-ended" | "job-not-ended" | "jobs-full" | "job-interrupted" | "job-memory" | "job-died" | "rows-busy" | "flow-unknown" | "result-unknown" | "upload-unknown" | "upload-invalid" | "upload-too-large" | "upload-grows" | "upload-in-use" | "disk-full" | "capture-unknown" | "source-unknown" | "source-exists" | "sources-full" | "request-invalid" | "body-invalid" | "body-too-large" | "content-type" | "not-acceptable" | "route-unknown" | "method-wrong" | "feature-missing" | "feature-invalid" | "tensor-invalid" | "model-not-ready" | "address-unusable" | "console-missing" | "cancelled" | "verdict-found" | "internal";
                        /** @description What was found, where, and what was expected, in one line. */
                        detail: string;
                        /** @description What went wrong. */
                        error: string;
                        /** @description Fields that are not as they should be. */
                        errors?: {
                            expected: string;
                            field: string;
                            found: string;
                        }[];
                        /** @description What to do. */
                        hint: string;
                        /** @description The HTTP status. */
                        status: number;
                        title: string;
                        /** @description Names the kind of failure: urn:orbweaver:problem:CODE. */
                        type: string;
                    };
                };
            };
            /** @description What went wrong. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description The code of the table of errors.
                         * @enum {string}
                         */
                        code: "usage" | "file-missing" | "file-permission" | "file-is-directory" | "file-read" | "file-write" | "capture-format" | "capture-corrupt" | "rows-format" | "rows-invalid" | "rows-too-large" | "schema-unknown" | "schema-mismatch" | "model-format" | "model-corrupt" | "model-version" | "onnx-invalid" | "onnx-unsupported" | "onnx-runtime" | "onnx-failed" | "labels-invalid" | "capture-program" | "capture-permission" | "capture-interface" | "capture-filter" | "capture-gone" | "capture-stopped" | "key-invalid" | "run-invalid" | "training-data" | "parameter-invalid" | "scenario-unknown" | "dataset-unknown" | "dataset-exists" | "dataset-damaged" | "project-invalid" | "import-rejects" | "recipe-invalid" | "split-impossible" | "influx-unreachable" | "influx-auth" | "influx-query" | "tree-unknown" | "run-unknown" | "run-ended" | "run-running" | "artefact-unknown" | "model-unknown" | "alias-unknown" | "model-in-use" | "name-invalid" | "registry-invalid" | "mlflow-unreachable" | "mlflow-auth" | "mlflow-refused" | "store-conflict" | "store-busy" | "store-unreachable" | "store-damaged" | "store-version" | "store-limit" | "audit-found" | "requirement-unmet" | "access-required" | "access-refused" | "access-forbidden" | "login-refused" | "rate-limited" | "user-unknown" | "user-exists" | "user-needed" | "user-invalid" | "access-full" | "session-unknown" | "access-key-unknown" | "access-key-invalid" | "request-refused" | "request-slow" | "serve-unprotected" | "tls-invalid" | "job-unknown" | "job-kind-unknown" | "job-invalid" | "job-ended" | "job-not-ended" | "jobs-full" | "job-interrupted" | "job-memory" | "job-died" | "rows-busy" | "flow-unknown" | "result-unknown" | "upload-unknown" | "upload-invalid" | "upload-too-large" | "upload-grows" | "upload-in-use" | "disk-full" | "capture-unknown" | "source-unknown" | "source-exists" | "sources-full" | "request-invalid" | "body-invalid" | "body-too-large" | "content-type" | "not-acceptable" | "route-unknown" | "method-wrong" | "feature-missing" | "feature-invalid" | "tensor-invalid" | "model-not-ready" | "address-unusable" | "console-missing" | "cancelled" | "verdict-found" | "internal";
                        /** @description What was found, where, and what was expected, in one line. */
                        detail: string;
                        /** @description What went wrong. */
                        error: string;
                        /** @description Fields that are not as they should be. */
                        errors?: {
                            expected: string;
                            field: string;
                            found: string;
                        }[];
                        /** @description What to do. */
                        hint: string;
                        /** @description The HTTP status. */
                        status: number;
                        title: string;
                        /** @description Names the kind of failure: urn:orbweaver:problem:CODE. */
                        type: string;
                    };
                };
            };
            /** @description What went wrong. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description The code of the table of errors.
                         * @enum {string}
                         */
                        code: "usage" | "file-missing" | "file-permission" | "file-is-directory" | "file-read" | "file-write" | "capture-format" | "capture-corrupt" | "rows-format" | "rows-invalid" | "rows-too-large" | "schema-unknown" | "schema-mismatch" | "model-format" | "model-corrupt" | "model-version" | "onnx-invalid" | "onnx-unsupported" | "onnx-runtime" | "onnx-failed" | "labels-invalid" | "capture-program" | "capture-permission" | "capture-interface" | "capture-filter" | "capture-gone" | "capture-stopped" | "key-invalid" | "run-invalid" | "training-data" | "parameter-invalid" | "scenario-unknown" | "dataset-unknown" | "dataset-exists" | "dataset-damaged" | "project-invalid" | "import-rejects" | "recipe-invalid" | "split-impossible" | "influx-unreachable" | "influx-auth" | "influx-query" | "tree-unknown" | "run-unknown" | "run-ended" | "run-running" | "artefact-unknown" | "model-unknown" | "alias-unknown" | "model-in-use" | "name-invalid" | "registry-invalid" | "mlflow-unreachable" | "mlflow-auth" | "mlflow-refused" | "store-conflict" | "store-busy" | "store-unreachable" | "store-damaged" | "store-version" | "store-limit" | "audit-found" | "requirement-unmet" | "access-required" | "access-refused" | "access-forbidden" | "login-refused" | "rate-limited" | "user-unknown" | "user-exists" | "user-needed" | "user-invalid" | "access-full" | "session-unknown" | "access-key-unknown" | "access-key-invalid" | "request-refused" | "request-slow" | "serve-unprotected" | "tls-invalid" | "job-unknown" | "job-kind-unknown" | "job-invalid" | "job-ended" | "job-not-ended" | "jobs-full" | "job-interrupted" | "job-memory" | "job-died" | "rows-busy" | "flow-unknown" | "result-unknown" | "upload-unknown" | "upload-invalid" | "upload-too-large" | "upload-grows" | "upload-in-use" | "disk-full" | "capture-unknown" | "source-unknown" | "source-exists" | "sources-full" | "request-invalid" | "body-invalid" | "body-too-large" | "content-type" | "not-acceptable" | "route-unknown" | "method-wrong" | "feature-missing" | "feature-invalid" | "tensor-invalid" | "model-not-ready" | "address-unusable" | "console-missing" | "cancelled" | "verdict-found" | "internal";
                        /** @description What was found, where, and what was expected, in one line. */
                        detail: string;
                        /** @description What went wrong. */
                        error: string;
                        /** @description Fields that are not as they should be. */
                        errors?: {
                            expected: string;
                            field: string;
                            found: string;
                        }[];
                        /** @description What to do. */
                        hint: string;
                        /** @description The HTTP status. */
                        status: number;
                        title: string;
                        /** @description Names the kind of failure: urn:orbweaver:problem:CODE. */
                        type: string;
                    };
                };
            };
            /** @description What went wrong. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description The code of the table of errors.
                         * @enum {string}
                         */
                        code: "usage" | "file-missing" | "file-permission" | "file-is-directory" | "file-read" | "file-write" | "capture-format" | "capture-corrupt" | "rows-format" | "rows-invalid" | "rows-too-large" | "schema-unknown" | "schema-mismatch" | "model-format" | "model-corrupt" | "model-version" | "onnx-invalid" | "onnx-unsupported" | "onnx-runtime" | "onnx-failed" | "labels-invalid" | "capture-program" | "capture-permission" | "capture-interface" | "capture-filter" | "capture-gone" | "capture-stopped" | "key-invalid" | "run-invalid" | "training-data" | "parameter-invalid" | "scenario-unknown" | "dataset-unknown" | "dataset-exists" | "dataset-damaged" | "project-invalid" | "import-rejects" | "recipe-invalid" | "split-impossible" | "influx-unreachable" | "influx-auth" | "influx-query" | "tree-unknown" | "run-unknown" | "run-ended" | "run-running" | "artefact-unknown" | "model-unknown" | "alias-unknown" | "model-in-use" | "name-invalid" | "registry-invalid" | "mlflow-unreachable" | "mlflow-auth" | "mlflow-refused" | "store-conflict" | "store-busy" | "store-unreachable" | "store-damaged" | "store-version" | "store-limit" | "audit-found" | "requirement-unmet" | "access-required" | "access-refused" | "access-forbidden" | "login-refused" | "rate-limited" | "user-unknown" | "user-exists" | "user-needed" | "user-invalid" | "access-full" | "session-unknown" | "access-key-unknown" | "access-key-invalid" | "request-refused" | "request-slow" | "serve-unprotected" | "tls-invalid" | "job-unknown" | "job-kind-unknown" | "job-invalid" | "job-ended" | "job-not-ended" | "jobs-full" | "job-interrupted" | "job-memory" | "job-died" | "rows-busy" | "flow-unknown" | "result-unknown" | "upload-unknown" | "upload-invalid" | "upload-too-large" | "upload-grows" | "upload-in-use" | "disk-full" | "capture-unknown" | "source-unknown" | "source-exists" | "sources-full" | "request-invalid" | "body-invalid" | "body-too-large" | "content-type" | "not-acceptable" | "route-unknown" | "method-wrong" | "feature-missing" | "feature-invalid" | "tensor-invalid" | "model-not-ready" | "address-unusable" | "console-missing" | "cancelled" | "verdict-found" | "internal";
                        /** @description What was found, where, and what was expected, in one line. */
                        detail: string;
                        /** @description What went wrong. */
                        error: string;
                        /** @description Fields that are not as they should be. */
                        errors?: {
                            expected: string;
                            field: string;
                            found: string;
                        }[];
                        /** @description What to do. */
                        hint: string;
                        /** @description The HTTP status. */
                        status: number;
                        title: string;
                        /** @description Names the kind of failure: urn:orbweaver:problem:CODE. */
                        type: string;
                    };
                };
            };
            /** @description What went wrong. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description The code of the table of errors.
                         * @enum {string}
                         */
                        code: "usage" | "file-missing" | "file-permission" | "file-is-directory" | "file-read" | "file-write" | "capture-format" | "capture-corrupt" | "rows-format" | "rows-invalid" | "rows-too-large" | "schema-unknown" | "schema-mismatch" | "model-format" | "model-corrupt" | "model-version" | "onnx-invalid" | "onnx-unsupported" | "onnx-runtime" | "onnx-failed" | "labels-invalid" | "capture-program" | "capture-permission" | "capture-interface" | "capture-filter" | "capture-gone" | "capture-stopped" | "key-invalid" | "run-invalid" | "training-data" | "parameter-invalid" | "scenario-unknown" | "dataset-unknown" | "dataset-exists" | "dataset-damaged" | "project-invalid" | "import-rejects" | "recipe-invalid" | "split-impossible" | "influx-unreachable" | "influx-auth" | "influx-query" | "tree-unknown" | "run-unknown" | "run-ended" | "run-running" | "artefact-unknown" | "model-unknown" | "alias-unknown" | "model-in-use" | "name-invalid" | "registry-invalid" | "mlflow-unreachable" | "mlflow-auth" | "mlflow-refused" | "store-conflict" | "store-busy" | "store-unreachable" | "store-damaged" | "store-version" | "store-limit" | "audit-found" | "requirement-unmet" | "access-required" | "access-refused" | "access-forbidden" | "login-refused" | "rate-limited" | "user-unknown" | "user-exists" | "user-needed" | "user-invalid" | "access-full" | "session-unknown" | "access-key-unknown" | "access-key-invalid" | "request-refused" | "request-slow" | "serve-unprotected" | "tls-invalid" | "job-unknown" | "job-kind-unknown" | "job-invalid" | "job-ended" | "job-not-ended" | "jobs-full" | "job-interrupted" | "job-memory" | "job-died" | "rows-busy" | "flow-unknown" | "result-unknown" | "upload-unknown" | "upload-invalid" | "upload-too-large" | "upload-grows" | "upload-in-use" | "disk-full" | "capture-unknown" | "source-unknown" | "source-exists" | "sources-full" | "request-invalid" | "body-invalid" | "body-too-large" | "content-type" | "not-acceptable" | "route-unknown" | "method-wrong" | "feature-missing" | "feature-invalid" | "tensor-invalid" | "model-not-ready" | "address-unusable" | "console-missing" | "cancelled" | "verdict-found" | "internal";
                        /** @description What was found, where, and what was expected, in one line. */
                        detail: string;
                        /** @description What went wrong. */
                        error: string;
                        /** @description Fields that are not as they should be. */
                        errors?: {
                            expected: string;
                            field: string;
                            found: string;
                        }[];
                        /** @description What to do. */
                        hint: string;
                        /** @description The HTTP status. */
                        status: number;
                        title: string;
                        /** @description Names the kind of failure: urn:orbweaver:problem:CODE. */
                        type: string;
                    };
                };
            };
        };
    };
    v2InferVersion: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                model: string;
                version: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    id?: string;
                    inputs: {
                        data?: unknown;
                        datatype: string;
                        name: string;
                        parameters?: {
                            [key: string]: unknown;
                        };
                        shape: number[];
                    }[];
                    outputs?: {
                        name: string;
                        parameters?: {
                            [key: string]: unknown;
                        };
                    }[];
                    parameters?: {
                        [key: string]: unknown;
                    };
                };
                "application/octet-stream": {
                    id?: string;
                    inputs: {
                        data?: unknown;
                        datatype: string;
                        name: string;
                        parameters?: {
                            [key: string]: unknown;
                        };
                        shape: number[];
                    }[];
                    outputs?: {
                        name: string;
                        parameters?: {
                            [key: string]: unknown;
                        };
                    }[];
                    parameters?: {
                        [key: string]: unknown;
                    };
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id?: string;
                        model_name: string;
                        model_version?: string;
                        outputs: {
                            data?: unknown[];
                            datatype: string;
                            name: string;
                            parameters?: {
                                [key: string]: unknown;
                            };
                            shape: number[];
                        }[];
                        parameters?: {
                            [key: string]: unknown;
                        };
                    };
                };
            };
            /** @description What went wrong. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description The code of the table of errors.
                         * @enum {string}
                         */
                        code: "usage" | "file-missing" | "file-permission" | "file-is-directory" | "file-read" | "file-write" | "capture-format" | "capture-corrupt" | "rows-format" | "rows-invalid" | "rows-too-large" | "schema-unknown" | "schema-mismatch" | "model-format" | "model-corrupt" | "model-version" | "onnx-invalid" | "onnx-unsupported" | "onnx-runtime" | "onnx-failed" | "labels-invalid" | "capture-program" | "capture-permission" | "capture-interface" | "capture-filter" | "capture-gone" | "capture-stopped" | "key-invalid" | "run-invalid" | "training-data" | "parameter-invalid" | "scenario-unknown" | "dataset-unknown" | "dataset-exists" | "dataset-damaged" | "project-invalid" | "import-rejects" | "recipe-invalid" | "split-impossible" | "influx-unreachable" | "influx-auth" | "influx-query" | "tree-unknown" | "run-unknown" | "run-ended" | "run-running" | "artefact-unknown" | "model-unknown" | "alias-unknown" | "model-in-use" | "name-invalid" | "registry-invalid" | "mlflow-unreachable" | "mlflow-auth" | "mlflow-refused" | "store-conflict" | "store-busy" | "store-unreachable" | "store-damaged" | "store-version" | "store-limit" | "audit-found" | "requirement-unmet" | "access-required" | "access-refused" | "access-forbidden" | "login-refused" | "rate-limited" | "user-unknown" | "user-exists" | "user-needed" | "user-invalid" | "access-full" | "session-unknown" | "access-key-unknown" | "access-key-invalid" | "request-refused" | "request-slow" | "serve-unprotected" | "tls-invalid" | "job-unknown" | "job-kind-unknown" | "job-invalid" | "job-ended" | "job-not-ended" | "jobs-full" | "job-interrupted" | "job-memory" | "job-died" | "rows-busy" | "flow-unknown" | "result-unknown" | "upload-unknown" | "upload-invalid" | "upload-too-large" | "upload-grows" | "upload-in-use" | "disk-full" | "capture-unknown" | "source-unknown" | "source-exists" | "sources-full" | "request-invalid" | "body-invalid" | "body-too-large" | "content-type" | "not-acceptable" | "route-unknown" | "method-wrong" | "feature-missing" | "feature-invalid" | "tensor-invalid" | "model-not-ready" | "address-unusable" | "console-missing" | "cancelled" | "verdict-found" | "internal";
                        /** @description What was found, where, and what was expected, in one line. */
                        detail: string;
                        /** @description What went wrong. */
                        error: string;
                        /** @description Fields that are not as they should be. */
                        errors?: {
                            expected: string;
                            field: string;
                            found: string;
                        }[];
                        /** @description What to do. */
                        hint: string;
                        /** @description The HTTP status. */
                        status: number;
                        title: string;
                        /** @description Names the kind of failure: urn:orbweaver:problem:CODE. */
                        type: string;
                    };
                };
            };
            /** @description What went wrong. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description The code of the table of errors.
                         * @enum {string}
                         */
                        code: "usage" | "file-missing" | "file-permission" | "file-is-directory" | "file-read" | "file-write" | "capture-format" | "capture-corrupt" | "rows-format" | "rows-invalid" | "rows-too-large" | "schema-unknown" | "schema-mismatch" | "model-format" | "model-corrupt" | "model-version" | "onnx-invalid" | "onnx-unsupported" | "onnx-runtime" | "onnx-failed" | "labels-invalid" | "capture-program" | "capture-permission" | "capture-interface" | "capture-filter" | "capture-gone" | "capture-stopped" | "key-invalid" | "run-invalid" | "training-data" | "parameter-invalid" | "scenario-unknown" | "dataset-unknown" | "dataset-exists" | "dataset-damaged" | "project-invalid" | "import-rejects" | "recipe-invalid" | "split-impossible" | "influx-unreachable" | "influx-auth" | "influx-query" | "tree-unknown" | "run-unknown" | "run-ended" | "run-running" | "artefact-unknown" | "model-unknown" | "alias-unknown" | "model-in-use" | "name-invalid" | "registry-invalid" | "mlflow-unreachable" | "mlflow-auth" | "mlflow-refused" | "store-conflict" | "store-busy" | "store-unreachable" | "store-damaged" | "store-version" | "store-limit" | "audit-found" | "requirement-unmet" | "access-required" | "access-refused" | "access-forbidden" | "login-refused" | "rate-limited" | "user-unknown" | "user-exists" | "user-needed" | "user-invalid" | "access-full" | "session-unknown" | "access-key-unknown" | "access-key-invalid" | "request-refused" | "request-slow" | "serve-unprotected" | "tls-invalid" | "job-unknown" | "job-kind-unknown" | "job-invalid" | "job-ended" | "job-not-ended" | "jobs-full" | "job-interrupted" | "job-memory" | "job-died" | "rows-busy" | "flow-unknown" | "result-unknown" | "upload-unknown" | "upload-invalid" | "upload-too-large" | "upload-grows" | "upload-in-use" | "disk-full" | "capture-unknown" | "source-unknown" | "source-exists" | "sources-full" | "request-invalid" | "body-invalid" | "body-too-large" | "content-type" | "not-acceptable" | "route-unknown" | "method-wrong" | "feature-missing" | "feature-invalid" | "tensor-invalid" | "model-not-ready" | "address-unusable" | "console-missing" | "cancelled" | "verdict-found" | "internal";
                        /** @description What was found, where, and what was expected, in one line. */
                        detail: string;
                        /** @description What went wrong. */
                        error: string;
                        /** @description Fields that are not as they should be. */
                        errors?: {
                            expected: string;
                            field: string;
                            found: string;
                        }[];
                        /** @description What to do. */
                        hint: string;
                        /** @description The HTTP status. */
                        status: number;
                        title: string;
                        /** @description Names the kind of failure: urn:orbweaver:problem:CODE. */
                        type: string;
                    };
                };
            };
            /** @description What went wrong. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description The code of the table of errors.
                         * @enum {string}
                         */
                        code: "usage" | "file-missing" | "file-permission" | "file-is-directory" | "file-read" | "file-write" | "capture-format" | "capture-corrupt" | "rows-format" | "rows-invalid" | "rows-too-large" | "schema-unknown" | "schema-mismatch" | "model-format" | "model-corrupt" | "model-version" | "onnx-invalid" | "onnx-unsupported" | "onnx-runtime" | "onnx-failed" | "labels-invalid" | "capture-program" | "capture-permission" | "capture-interface" | "capture-filter" | "capture-gone" | "capture-stopped" | "key-invalid" | "run-invalid" | "training-data" | "parameter-invalid" | "scenario-unknown" | "dataset-unknown" | "dataset-exists" | "dataset-damaged" | "project-invalid" | "import-rejects" | "recipe-invalid" | "split-impossible" | "influx-unreachable" | "influx-auth" | "influx-query" | "tree-unknown" | "run-unknown" | "run-ended" | "run-running" | "artefact-unknown" | "model-unknown" | "alias-unknown" | "model-in-use" | "name-invalid" | "registry-invalid" | "mlflow-unreachable" | "mlflow-auth" | "mlflow-refused" | "store-conflict" | "store-busy" | "store-unreachable" | "store-damaged" | "store-version" | "store-limit" | "audit-found" | "requirement-unmet" | "access-required" | "access-refused" | "access-forbidden" | "login-refused" | "rate-limited" | "user-unknown" | "user-exists" | "user-needed" | "user-invalid" | "access-full" | "session-unknown" | "access-key-unknown" | "access-key-invalid" | "request-refused" | "request-slow" | "serve-unprotected" | "tls-invalid" | "job-unknown" | "job-kind-unknown" | "job-invalid" | "job-ended" | "job-not-ended" | "jobs-full" | "job-interrupted" | "job-memory" | "job-died" | "rows-busy" | "flow-unknown" | "result-unknown" | "upload-unknown" | "upload-invalid" | "upload-too-large" | "upload-grows" | "upload-in-use" | "disk-full" | "capture-unknown" | "source-unknown" | "source-exists" | "sources-full" | "request-invalid" | "body-invalid" | "body-too-large" | "content-type" | "not-acceptable" | "route-unknown" | "method-wrong" | "feature-missing" | "feature-invalid" | "tensor-invalid" | "model-not-ready" | "address-unusable" | "console-missing" | "cancelled" | "verdict-found" | "internal";
                        /** @description What was found, where, and what was expected, in one line. */
                        detail: string;
                        /** @description What went wrong. */
                        error: string;
                        /** @description Fields that are not as they should be. */
                        errors?: {
                            expected: string;
                            field: string;
                            found: string;
                        }[];
                        /** @description What to do. */
                        hint: string;
                        /** @description The HTTP status. */
                        status: number;
                        title: string;
                        /** @description Names the kind of failure: urn:orbweaver:problem:CODE. */
                        type: string;
                    };
                };
            };
            /** @description What went wrong. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description The code of the table of errors.
                         * @enum {string}
                         */
                        code: "usage" | "file-missing" | "file-permission" | "file-is-directory" | "file-read" | "file-write" | "capture-format" | "capture-corrupt" | "rows-format" | "rows-invalid" | "rows-too-large" | "schema-unknown" | "schema-mismatch" | "model-format" | "model-corrupt" | "model-version" | "onnx-invalid" | "onnx-unsupported" | "onnx-runtime" | "onnx-failed" | "labels-invalid" | "capture-program" | "capture-permission" | "capture-interface" | "capture-filter" | "capture-gone" | "capture-stopped" | "key-invalid" | "run-invalid" | "training-data" | "parameter-invalid" | "scenario-unknown" | "dataset-unknown" | "dataset-exists" | "dataset-damaged" | "project-invalid" | "import-rejects" | "recipe-invalid" | "split-impossible" | "influx-unreachable" | "influx-auth" | "influx-query" | "tree-unknown" | "run-unknown" | "run-ended" | "run-running" | "artefact-unknown" | "model-unknown" | "alias-unknown" | "model-in-use" | "name-invalid" | "registry-invalid" | "mlflow-unreachable" | "mlflow-auth" | "mlflow-refused" | "store-conflict" | "store-busy" | "store-unreachable" | "store-damaged" | "store-version" | "store-limit" | "audit-found" | "requirement-unmet" | "access-required" | "access-refused" | "access-forbidden" | "login-refused" | "rate-limited" | "user-unknown" | "user-exists" | "user-needed" | "user-invalid" | "access-full" | "session-unknown" | "access-key-unknown" | "access-key-invalid" | "request-refused" | "request-slow" | "serve-unprotected" | "tls-invalid" | "job-unknown" | "job-kind-unknown" | "job-invalid" | "job-ended" | "job-not-ended" | "jobs-full" | "job-interrupted" | "job-memory" | "job-died" | "rows-busy" | "flow-unknown" | "result-unknown" | "upload-unknown" | "upload-invalid" | "upload-too-large" | "upload-grows" | "upload-in-use" | "disk-full" | "capture-unknown" | "source-unknown" | "source-exists" | "sources-full" | "request-invalid" | "body-invalid" | "body-too-large" | "content-type" | "not-acceptable" | "route-unknown" | "method-wrong" | "feature-missing" | "feature-invalid" | "tensor-invalid" | "model-not-ready" | "address-unusable" | "console-missing" | "cancelled" | "verdict-found" | "internal";
                        /** @description What was found, where, and what was expected, in one line. */
                        detail: string;
                        /** @description What went wrong. */
                        error: string;
                        /** @description Fields that are not as they should be. */
                        errors?: {
                            expected: string;
                            field: string;
                            found: string;
                        }[];
                        /** @description What to do. */
                        hint: string;
                        /** @description The HTTP status. */
                        status: number;
                        title: string;
                        /** @description Names the kind of failure: urn:orbweaver:problem:CODE. */
                        type: string;
                    };
                };
            };
            /** @description What went wrong. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description The code of the table of errors.
                         * @enum {string}
                         */
                        code: "usage" | "file-missing" | "file-permission" | "file-is-directory" | "file-read" | "file-write" | "capture-format" | "capture-corrupt" | "rows-format" | "rows-invalid" | "rows-too-large" | "schema-unknown" | "schema-mismatch" | "model-format" | "model-corrupt" | "model-version" | "onnx-invalid" | "onnx-unsupported" | "onnx-runtime" | "onnx-failed" | "labels-invalid" | "capture-program" | "capture-permission" | "capture-interface" | "capture-filter" | "capture-gone" | "capture-stopped" | "key-invalid" | "run-invalid" | "training-data" | "parameter-invalid" | "scenario-unknown" | "dataset-unknown" | "dataset-exists" | "dataset-damaged" | "project-invalid" | "import-rejects" | "recipe-invalid" | "split-impossible" | "influx-unreachable" | "influx-auth" | "influx-query" | "tree-unknown" | "run-unknown" | "run-ended" | "run-running" | "artefact-unknown" | "model-unknown" | "alias-unknown" | "model-in-use" | "name-invalid" | "registry-invalid" | "mlflow-unreachable" | "mlflow-auth" | "mlflow-refused" | "store-conflict" | "store-busy" | "store-unreachable" | "store-damaged" | "store-version" | "store-limit" | "audit-found" | "requirement-unmet" | "access-required" | "access-refused" | "access-forbidden" | "login-refused" | "rate-limited" | "user-unknown" | "user-exists" | "user-needed" | "user-invalid" | "access-full" | "session-unknown" | "access-key-unknown" | "access-key-invalid" | "request-refused" | "request-slow" | "serve-unprotected" | "tls-invalid" | "job-unknown" | "job-kind-unknown" | "job-invalid" | "job-ended" | "job-not-ended" | "jobs-full" | "job-interrupted" | "job-memory" | "job-died" | "rows-busy" | "flow-unknown" | "result-unknown" | "upload-unknown" | "upload-invalid" | "upload-too-large" | "upload-grows" | "upload-in-use" | "disk-full" | "capture-unknown" | "source-unknown" | "source-exists" | "sources-full" | "request-invalid" | "body-invalid" | "body-too-large" | "content-type" | "not-acceptable" | "route-unknown" | "method-wrong" | "feature-missing" | "feature-invalid" | "tensor-invalid" | "model-not-ready" | "address-unusable" | "console-missing" | "cancelled" | "verdict-found" | "internal";
                        /** @description What was found, where, and what was expected, in one line. */
                        detail: string;
                        /** @description What went wrong. */
                        error: string;
                        /** @description Fields that are not as they should be. */
                        errors?: {
                            expected: string;
                            field: string;
                            found: string;
                        }[];
                        /** @description What to do. */
                        hint: string;
                        /** @description The HTTP status. */
                        status: number;
                        title: string;
                        /** @description Names the kind of failure: urn:orbweaver:problem:CODE. */
                        type: string;
                    };
                };
            };
        };
    };
    v2ModelReadyVersion: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                model: string;
                version: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        name: string;
                        ready: boolean;
                    };
                };
            };
            /** @description What went wrong. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description The code of the table of errors.
                         * @enum {string}
                         */
                        code: "usage" | "file-missing" | "file-permission" | "file-is-directory" | "file-read" | "file-write" | "capture-format" | "capture-corrupt" | "rows-format" | "rows-invalid" | "rows-too-large" | "schema-unknown" | "schema-mismatch" | "model-format" | "model-corrupt" | "model-version" | "onnx-invalid" | "onnx-unsupported" | "onnx-runtime" | "onnx-failed" | "labels-invalid" | "capture-program" | "capture-permission" | "capture-interface" | "capture-filter" | "capture-gone" | "capture-stopped" | "key-invalid" | "run-invalid" | "training-data" | "parameter-invalid" | "scenario-unknown" | "dataset-unknown" | "dataset-exists" | "dataset-damaged" | "project-invalid" | "import-rejects" | "recipe-invalid" | "split-impossible" | "influx-unreachable" | "influx-auth" | "influx-query" | "tree-unknown" | "run-unknown" | "run-ended" | "run-running" | "artefact-unknown" | "model-unknown" | "alias-unknown" | "model-in-use" | "name-invalid" | "registry-invalid" | "mlflow-unreachable" | "mlflow-auth" | "mlflow-refused" | "store-conflict" | "store-busy" | "store-unreachable" | "store-damaged" | "store-version" | "store-limit" | "audit-found" | "requirement-unmet" | "access-required" | "access-refused" | "access-forbidden" | "login-refused" | "rate-limited" | "user-unknown" | "user-exists" | "user-needed" | "user-invalid" | "access-full" | "session-unknown" | "access-key-unknown" | "access-key-invalid" | "request-refused" | "request-slow" | "serve-unprotected" | "tls-invalid" | "job-unknown" | "job-kind-unknown" | "job-invalid" | "job-ended" | "job-not-ended" | "jobs-full" | "job-interrupted" | "job-memory" | "job-died" | "rows-busy" | "flow-unknown" | "result-unknown" | "upload-unknown" | "upload-invalid" | "upload-too-large" | "upload-grows" | "upload-in-use" | "disk-full" | "capture-unknown" | "source-unknown" | "source-exists" | "sources-full" | "request-invalid" | "body-invalid" | "body-too-large" | "content-type" | "not-acceptable" | "route-unknown" | "method-wrong" | "feature-missing" | "feature-invalid" | "tensor-invalid" | "model-not-ready" | "address-unusable" | "console-missing" | "cancelled" | "verdict-found" | "internal";
                        /** @description What was found, where, and what was expected, in one line. */
                        detail: string;
                        /** @description What went wrong. */
                        error: string;
                        /** @description Fields that are not as they should be. */
                        errors?: {
                            expected: string;
                            field: string;
                            found: string;
                        }[];
                        /** @description What to do. */
                        hint: string;
                        /** @description The HTTP status. */
                        status: number;
                        title: string;
                        /** @description Names the kind of failure: urn:orbweaver:problem:CODE. */
                        type: string;
                    };
                };
            };
            /** @description What went wrong. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description The code of the table of errors.
                         * @enum {string}
                         */
                        code: "usage" | "file-missing" | "file-permission" | "file-is-directory" | "file-read" | "file-write" | "capture-format" | "capture-corrupt" | "rows-format" | "rows-invalid" | "rows-too-large" | "schema-unknown" | "schema-mismatch" | "model-format" | "model-corrupt" | "model-version" | "onnx-invalid" | "onnx-unsupported" | "onnx-runtime" | "onnx-failed" | "labels-invalid" | "capture-program" | "capture-permission" | "capture-interface" | "capture-filter" | "capture-gone" | "capture-stopped" | "key-invalid" | "run-invalid" | "training-data" | "parameter-invalid" | "scenario-unknown" | "dataset-unknown" | "dataset-exists" | "dataset-damaged" | "project-invalid" | "import-rejects" | "recipe-invalid" | "split-impossible" | "influx-unreachable" | "influx-auth" | "influx-query" | "tree-unknown" | "run-unknown" | "run-ended" | "run-running" | "artefact-unknown" | "model-unknown" | "alias-unknown" | "model-in-use" | "name-invalid" | "registry-invalid" | "mlflow-unreachable" | "mlflow-auth" | "mlflow-refused" | "store-conflict" | "store-busy" | "store-unreachable" | "store-damaged" | "store-version" | "store-limit" | "audit-found" | "requirement-unmet" | "access-required" | "access-refused" | "access-forbidden" | "login-refused" | "rate-limited" | "user-unknown" | "user-exists" | "user-needed" | "user-invalid" | "access-full" | "session-unknown" | "access-key-unknown" | "access-key-invalid" | "request-refused" | "request-slow" | "serve-unprotected" | "tls-invalid" | "job-unknown" | "job-kind-unknown" | "job-invalid" | "job-ended" | "job-not-ended" | "jobs-full" | "job-interrupted" | "job-memory" | "job-died" | "rows-busy" | "flow-unknown" | "result-unknown" | "upload-unknown" | "upload-invalid" | "upload-too-large" | "upload-grows" | "upload-in-use" | "disk-full" | "capture-unknown" | "source-unknown" | "source-exists" | "sources-full" | "request-invalid" | "body-invalid" | "body-too-large" | "content-type" | "not-acceptable" | "route-unknown" | "method-wrong" | "feature-missing" | "feature-invalid" | "tensor-invalid" | "model-not-ready" | "address-unusable" | "console-missing" | "cancelled" | "verdict-found" | "internal";
                        /** @description What was found, where, and what was expected, in one line. */
                        detail: string;
                        /** @description What went wrong. */
                        error: string;
                        /** @description Fields that are not as they should be. */
                        errors?: {
                            expected: string;
                            field: string;
                            found: string;
                        }[];
                        /** @description What to do. */
                        hint: string;
                        /** @description The HTTP status. */
                        status: number;
                        title: string;
                        /** @description Names the kind of failure: urn:orbweaver:problem:CODE. */
                        type: string;
                    };
                };
            };
            /** @description What went wrong. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description The code of the table of errors.
                         * @enum {string}
                         */
                        code: "usage" | "file-missing" | "file-permission" | "file-is-directory" | "file-read" | "file-write" | "capture-format" | "capture-corrupt" | "rows-format" | "rows-invalid" | "rows-too-large" | "schema-unknown" | "schema-mismatch" | "model-format" | "model-corrupt" | "model-version" | "onnx-invalid" | "onnx-unsupported" | "onnx-runtime" | "onnx-failed" | "labels-invalid" | "capture-program" | "capture-permission" | "capture-interface" | "capture-filter" | "capture-gone" | "capture-stopped" | "key-invalid" | "run-invalid" | "training-data" | "parameter-invalid" | "scenario-unknown" | "dataset-unknown" | "dataset-exists" | "dataset-damaged" | "project-invalid" | "import-rejects" | "recipe-invalid" | "split-impossible" | "influx-unreachable" | "influx-auth" | "influx-query" | "tree-unknown" | "run-unknown" | "run-ended" | "run-running" | "artefact-unknown" | "model-unknown" | "alias-unknown" | "model-in-use" | "name-invalid" | "registry-invalid" | "mlflow-unreachable" | "mlflow-auth" | "mlflow-refused" | "store-conflict" | "store-busy" | "store-unreachable" | "store-damaged" | "store-version" | "store-limit" | "audit-found" | "requirement-unmet" | "access-required" | "access-refused" | "access-forbidden" | "login-refused" | "rate-limited" | "user-unknown" | "user-exists" | "user-needed" | "user-invalid" | "access-full" | "session-unknown" | "access-key-unknown" | "access-key-invalid" | "request-refused" | "request-slow" | "serve-unprotected" | "tls-invalid" | "job-unknown" | "job-kind-unknown" | "job-invalid" | "job-ended" | "job-not-ended" | "jobs-full" | "job-interrupted" | "job-memory" | "job-died" | "rows-busy" | "flow-unknown" | "result-unknown" | "upload-unknown" | "upload-invalid" | "upload-too-large" | "upload-grows" | "upload-in-use" | "disk-full" | "capture-unknown" | "source-unknown" | "source-exists" | "sources-full" | "request-invalid" | "body-invalid" | "body-too-large" | "content-type" | "not-acceptable" | "route-unknown" | "method-wrong" | "feature-missing" | "feature-invalid" | "tensor-invalid" | "model-not-ready" | "address-unusable" | "console-missing" | "cancelled" | "verdict-found" | "internal";
                        /** @description What was found, where, and what was expected, in one line. */
                        detail: string;
                        /** @description What went wrong. */
                        error: string;
                        /** @description Fields that are not as they should be. */
                        errors?: {
                            expected: string;
                            field: string;
                            found: string;
                        }[];
                        /** @description What to do. */
                        hint: string;
                        /** @description The HTTP status. */
                        status: number;
                        title: string;
                        /** @description Names the kind of failure: urn:orbweaver:problem:CODE. */
                        type: string;
                    };
                };
            };
            /** @description What went wrong. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description The code of the table of errors.
                         * @enum {string}
                         */
                        code: "usage" | "file-missing" | "file-permission" | "file-is-directory" | "file-read" | "file-write" | "capture-format" | "capture-corrupt" | "rows-format" | "rows-invalid" | "rows-too-large" | "schema-unknown" | "schema-mismatch" | "model-format" | "model-corrupt" | "model-version" | "onnx-invalid" | "onnx-unsupported" | "onnx-runtime" | "onnx-failed" | "labels-invalid" | "capture-program" | "capture-permission" | "capture-interface" | "capture-filter" | "capture-gone" | "capture-stopped" | "key-invalid" | "run-invalid" | "training-data" | "parameter-invalid" | "scenario-unknown" | "dataset-unknown" | "dataset-exists" | "dataset-damaged" | "project-invalid" | "import-rejects" | "recipe-invalid" | "split-impossible" | "influx-unreachable" | "influx-auth" | "influx-query" | "tree-unknown" | "run-unknown" | "run-ended" | "run-running" | "artefact-unknown" | "model-unknown" | "alias-unknown" | "model-in-use" | "name-invalid" | "registry-invalid" | "mlflow-unreachable" | "mlflow-auth" | "mlflow-refused" | "store-conflict" | "store-busy" | "store-unreachable" | "store-damaged" | "store-version" | "store-limit" | "audit-found" | "requirement-unmet" | "access-required" | "access-refused" | "access-forbidden" | "login-refused" | "rate-limited" | "user-unknown" | "user-exists" | "user-needed" | "user-invalid" | "access-full" | "session-unknown" | "access-key-unknown" | "access-key-invalid" | "request-refused" | "request-slow" | "serve-unprotected" | "tls-invalid" | "job-unknown" | "job-kind-unknown" | "job-invalid" | "job-ended" | "job-not-ended" | "jobs-full" | "job-interrupted" | "job-memory" | "job-died" | "rows-busy" | "flow-unknown" | "result-unknown" | "upload-unknown" | "upload-invalid" | "upload-too-large" | "upload-grows" | "upload-in-use" | "disk-full" | "capture-unknown" | "source-unknown" | "source-exists" | "sources-full" | "request-invalid" | "body-invalid" | "body-too-large" | "content-type" | "not-acceptable" | "route-unknown" | "method-wrong" | "feature-missing" | "feature-invalid" | "tensor-invalid" | "model-not-ready" | "address-unusable" | "console-missing" | "cancelled" | "verdict-found" | "internal";
                        /** @description What was found, where, and what was expected, in one line. */
                        detail: string;
                        /** @description What went wrong. */
                        error: string;
                        /** @description Fields that are not as they should be. */
                        errors?: {
                            expected: string;
                            field: string;
                            found: string;
                        }[];
                        /** @description What to do. */
                        hint: string;
                        /** @description The HTTP status. */
                        status: number;
                        title: string;
                        /** @description Names the kind of failure: urn:orbweaver:problem:CODE. */
                        type: string;
                    };
                };
            };
            /** @description What went wrong. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /**
                         * @description The code of the table of errors.
                         * @enum {string}
                         */
                        code: "usage" | "file-missing" | "file-permission" | "file-is-directory" | "file-read" | "file-write" | "capture-format" | "capture-corrupt" | "rows-format" | "rows-invalid" | "rows-too-large" | "schema-unknown" | "schema-mismatch" | "model-format" | "model-corrupt" | "model-version" | "onnx-invalid" | "onnx-unsupported" | "onnx-runtime" | "onnx-failed" | "labels-invalid" | "capture-program" | "capture-permission" | "capture-interface" | "capture-filter" | "capture-gone" | "capture-stopped" | "key-invalid" | "run-invalid" | "training-data" | "parameter-invalid" | "scenario-unknown" | "dataset-unknown" | "dataset-exists" | "dataset-damaged" | "project-invalid" | "import-rejects" | "recipe-invalid" | "split-impossible" | "influx-unreachable" | "influx-auth" | "influx-query" | "tree-unknown" | "run-unknown" | "run-ended" | "run-running" | "artefact-unknown" | "model-unknown" | "alias-unknown" | "model-in-use" | "name-invalid" | "registry-invalid" | "mlflow-unreachable" | "mlflow-auth" | "mlflow-refused" | "store-conflict" | "store-busy" | "store-unreachable" | "store-damaged" | "store-version" | "store-limit" | "audit-found" | "requirement-unmet" | "access-required" | "access-refused" | "access-forbidden" | "login-refused" | "rate-limited" | "user-unknown" | "user-exists" | "user-needed" | "user-invalid" | "access-full" | "session-unknown" | "access-key-unknown" | "access-key-invalid" | "request-refused" | "request-slow" | "serve-unprotected" | "tls-invalid" | "job-unknown" | "job-kind-unknown" | "job-invalid" | "job-ended" | "job-not-ended" | "jobs-full" | "job-interrupted" | "job-memory" | "job-died" | "rows-busy" | "flow-unknown" | "result-unknown" | "upload-unknown" | "upload-invalid" | "upload-too-large" | "upload-grows" | "upload-in-use" | "disk-full" | "capture-unknown" | "source-unknown" | "source-exists" | "sources-full" | "request-invalid" | "body-invalid" | "body-too-large" | "content-type" | "not-acceptable" | "route-unknown" | "method-wrong" | "feature-missing" | "feature-invalid" | "tensor-invalid" | "model-not-ready" | "address-unusable" | "console-missing" | "cancelled" | "verdict-found" | "internal";
                        /** @description What was found, where, and what was expected, in one line. */
                        detail: string;
                        /** @description What went wrong. */
                        error: string;
                        /** @description Fields that are not as they should be. */
                        errors?: {
                            expected: string;
                            field: string;
                            found: string;
                        }[];
                        /** @description What to do. */
                        hint: string;
                        /** @description The HTTP status. */
                        status: number;
                        title: string;
                        /** @description Names the kind of failure: urn:orbweaver:problem:CODE. */
                        type: string;
                    };
                };
            };
        };
    };
}
