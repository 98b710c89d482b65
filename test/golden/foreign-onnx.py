"""Writes ../fixtures/onnx/*.onnx and foreign-onnx.json: classifiers of scikit-learn and XGBoost as their exporters lay them out, and
what scikit-learn and XGBoost themselves say of some rows. Held by test/integration/onnx-import.test.ts.

    /usr/bin/python3 test/golden/foreign-onnx.py        (Debian: python3-sklearn python3-xgboost python3-onnx)

The exporters (skl2onnx, onnxmltools; Apache-2.0) are not in Debian. Their operators, attributes, names and outputs were read
in their public sources and are written here anew, by the reference library onnx: see the comment of each model. Rows are
drawn, not taken from anywhere.
"""

import json
import os

import numpy as np
import onnx
import sklearn
import xgboost
from onnx import TensorProto, helper
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import Normalizer, OneHotEncoder, StandardScaler
from sklearn.svm import SVC

HERE = os.path.dirname(os.path.abspath(__file__))
FOLDER = os.path.join(HERE, "..", "fixtures", "onnx")
NUMERIC = ["duration", "bytes", "packets", "rate"]
PROTOCOLS = ["icmp", "tcp", "udp"]
SERVICES = ["dns", "ftp", "http", "smtp", "ssh"]
CLASSES = ["flood", "normal", "scan"]
ML = "ai.onnx.ml"


def rows(count, seed):
    random = np.random.RandomState(seed)
    numbers = np.column_stack(
        [
            random.exponential(2, count),
            random.lognormal(5, 2, count),
            random.randint(1, 50, count),
            random.normal(0, 1, count),
        ]
    ).astype(np.float32)
    protocol = random.randint(0, 3, count)
    service = random.randint(0, 5, count)
    score = numbers[:, 3] + (numbers[:, 1] > 200) * 1.5 + (protocol == 1) + (service % 2) + random.normal(0, 0.4, count)
    label = np.digitize(score, [0.8, 2.4])
    return numbers, protocol, service, label


NUMBERS, PROTOCOL, SERVICE, LABEL = rows(240, 1)
TEST_NUMBERS, TEST_PROTOCOL, TEST_SERVICE, _ = rows(40, 2)
GAPS = np.random.RandomState(3)
# Small numbers, so that floats do not amplify rounding in what has no scaler.
SMALL = (NUMBERS / [2, 500, 25, 1]).astype(np.float32)
TEST_SMALL = (TEST_NUMBERS / [2, 500, 25, 1]).astype(np.float32)


def with_gaps(numbers):
    return np.where(GAPS.uniform(size=numbers.shape) < 0.15, np.float32(np.nan), numbers).astype(np.float32)


GAPPED, TEST_GAPPED = with_gaps(NUMBERS), with_gaps(TEST_NUMBERS)
MODELS = {}


def tensor(name, values, kind=TensorProto.FLOAT):
    values = np.asarray(values)
    if kind == TensorProto.STRING:
        return helper.make_tensor(name, kind, values.shape, [text.encode() for text in values.ravel()])
    return helper.make_tensor(name, kind, values.shape, values.ravel().tolist())


def port(name, kind, shape):
    return helper.make_tensor_value_info(name, kind, shape)


def zip_map_port(name, key):
    """A sequence of maps, as skl2onnx declares what ZipMap gives."""
    info = onnx.ValueInfoProto(name=name)
    info.type.sequence_type.elem_type.map_type.key_type = key
    info.type.sequence_type.elem_type.map_type.value_type.tensor_type.elem_type = TensorProto.FLOAT
    return info


def write(name, nodes, inputs, outputs, initializers=(), producer="skl2onnx", opset=15, ml=1, ir=8):
    graph = helper.make_graph(nodes, "e0c5e0d0b6e44a5a", inputs, outputs, list(initializers))
    opsets = [helper.make_opsetid(ML, ml), helper.make_opsetid("", opset)]
    model = helper.make_model(graph, producer_name=producer, opset_imports=opsets, ir_version=ir)
    onnx.checker.check_model(model)
    with open(os.path.join(FOLDER, name + ".onnx"), "wb") as file:
        file.write(model.SerializeToString())


def golden(name, probabilities, classes, columns):
    MODELS[name] = {"classes": [str(c) for c in classes], "rows": columns, "probabilities": np.round(probabilities, 8).tolist()}


def ml_node(kind, inputs, outputs, **attributes):
    return helper.make_node(kind, inputs, outputs, domain=ML, name=kind, **attributes)


# --- skl2onnx: ColumnTransformer, Imputer, Scaler, OneHotEncoder, LinearClassifier, Normalizer, ZipMap -----------------------


def mixed_pipeline():
    names = [*NUMERIC, "protocol", "service"]
    frame = np.column_stack([GAPPED.astype(object), np.array(PROTOCOLS)[PROTOCOL], np.array(SERVICES)[SERVICE]])
    numbers = make_pipeline(SimpleImputer(strategy="median"), StandardScaler())
    columns = ColumnTransformer(
        [("num", numbers, [0, 1, 2, 3]), ("cat", OneHotEncoder(handle_unknown="ignore"), [4, 5])], sparse_threshold=0
    )
    model = make_pipeline(columns, LogisticRegression(max_iter=500)).fit(frame, np.array(CLASSES)[LABEL])
    fitted = columns.named_transformers_["num"]
    imputer, scaler = fitted.steps[0][1], fitted.steps[1][1]
    encoder = columns.named_transformers_["cat"]
    linear = model.steps[1][1]
    nodes = [
        ml_node("Imputer", ["merged_columns"], ["variable"], imputed_value_floats=imputer.statistics_.tolist(), replaced_value_float=float("nan")),
        ml_node("Scaler", ["variable"], ["variable1"], offset=scaler.mean_.tolist(), scale=(1 / scaler.scale_).tolist()),
        helper.make_node("Concat", NUMERIC, ["merged_columns"], axis=1, name="Concat"),
        ml_node("OneHotEncoder", ["protocol"], ["protocolout"], cats_strings=encoder.categories_[0].tolist(), zeros=1),
        ml_node("OneHotEncoder", ["service"], ["serviceout"], cats_strings=encoder.categories_[1].tolist(), zeros=1),
        helper.make_node("Concat", ["protocolout", "serviceout"], ["concat_result"], axis=2, name="Concat1"),
        helper.make_node("Reshape", ["concat_result", "shape_tensor"], ["variable2"], name="Reshape"),
        helper.make_node("Concat", ["variable1", "variable2"], ["transformed_column"], axis=1, name="Concat2"),
        ml_node(
            "LinearClassifier",
            ["transformed_column"],
            ["label", "probability_tensor"],
            classlabels_strings=linear.classes_.tolist(),
            coefficients=linear.coef_.ravel().tolist(),
            intercepts=linear.intercept_.tolist(),
            multi_class=1,
            post_transform="SOFTMAX",
        ),
        ml_node("Normalizer", ["probability_tensor"], ["probabilities"], norm="L1"),
        ml_node("ZipMap", ["probabilities"], ["output_probability"], classlabels_strings=linear.classes_.tolist()),
        helper.make_node("Identity", ["label"], ["output_label"], name="Identity"),
    ]
    # Nodes must come in the order of their use, and no two have one name.
    nodes.insert(0, nodes.pop(2))
    nodes[4].name = "OneHotEncoder1"
    inputs = [port(name, TensorProto.FLOAT, [None, 1]) for name in NUMERIC]
    inputs += [port(name, TensorProto.STRING, [None, 1]) for name in ["protocol", "service"]]
    outputs = [port("output_label", TensorProto.STRING, [None]), zip_map_port("output_probability", TensorProto.STRING)]
    width = sum(len(found) for found in encoder.categories_)
    write("pipeline", nodes, inputs, outputs, [tensor("shape_tensor", [-1, width], TensorProto.INT64)])
    test = np.column_stack([TEST_GAPPED.astype(object), np.array(PROTOCOLS)[TEST_PROTOCOL], np.array(SERVICES)[TEST_SERVICE]])
    test[0, 5] = "never seen"
    found = model.predict_proba(test)
    codes = TEST_SERVICE.astype(float)
    codes[0] = np.nan
    golden("pipeline", found, model.classes_, dict(zip(names, [*TEST_GAPPED.T.astype(float).tolist(), TEST_PROTOCOL.tolist(), codes.tolist()])))


def numeric_rows(numbers):
    return dict(zip(NUMERIC, numbers.T.astype(float).tolist()))


# --- skl2onnx: Normalizer, LinearClassifier of two classes with whole-number labels ------------------------------------------


def linear_binary():
    target = (LABEL > 0).astype(int)
    model = make_pipeline(Normalizer("l2"), LogisticRegression(C=20)).fit(SMALL, target)
    linear = model.steps[1][1]
    coefficients = linear.coef_.ravel()
    nodes = [
        ml_node("Normalizer", ["float_input"], ["variable"], norm="L2"),
        ml_node(
            "LinearClassifier",
            ["variable"],
            ["label", "probability_tensor"],
            classlabels_ints=[0, 1],
            coefficients=[*-coefficients, *coefficients],
            intercepts=[-linear.intercept_[0], linear.intercept_[0]],
            multi_class=1,
            post_transform="LOGISTIC",
        ),
        ml_node("Normalizer", ["probability_tensor"], ["probabilities"], norm="L1"),
        ml_node("ZipMap", ["probabilities"], ["output_probability"], classlabels_int64s=[0, 1]),
        helper.make_node("Cast", ["label"], ["output_label"], to=TensorProto.INT64, name="Cast"),
    ]
    nodes[0].name, nodes[2].name = "Normalizer", "Normalizer1"
    outputs = [port("output_label", TensorProto.INT64, [None]), zip_map_port("output_probability", TensorProto.INT64)]
    write("linear-binary", nodes, [port("float_input", TensorProto.FLOAT, [None, 4])], outputs)
    golden("linear-binary", model.predict_proba(TEST_SMALL), [0, 1], numeric_rows(TEST_SMALL))


# --- skl2onnx: random forests ------------------------------------------------------------------------------------------------


def float_below(threshold):
    """The largest float up to a threshold, since scikit-learn compares floats with doubles."""
    found = np.float32(threshold)
    return float(found if found <= threshold else np.nextafter(found, np.float32(-np.inf)))


def forest_attributes(model):
    names = "treeids nodeids featureids values modes truenodeids falsenodeids missing_value_tracks_true hitrates".split()
    nodes = {name: [] for name in names}
    votes = {name: [] for name in ["treeids", "nodeids", "ids", "weights"]}
    for number, estimator in enumerate(model.estimators_):
        tree = estimator.tree_
        for node in range(tree.node_count):
            leaf = tree.children_left[node] < 0
            values = [number, node, 0 if leaf else int(tree.feature[node]), 0.0 if leaf else float_below(tree.threshold[node])]
            values += ["LEAF" if leaf else "BRANCH_LEQ", 0 if leaf else int(tree.children_left[node])]
            values += [0 if leaf else int(tree.children_right[node]), 0, 1.0]
            for name, value in zip(names, values):
                nodes[name].append(value)
            if not leaf:
                continue
            shares = tree.value[node].ravel() / tree.value[node].sum() / len(model.estimators_)
            # Of two classes only the second one's share is written, under the first index.
            for index, share in enumerate(shares[1:] if len(shares) == 2 else shares):
                for name, value in zip(votes, [number, node, index, float(share)]):
                    votes[name].append(value)
    return {**{"nodes_" + name: found for name, found in nodes.items()}, **{"class_" + name: found for name, found in votes.items()}}


def forests():
    target = (LABEL == 1).astype(int)
    model = RandomForestClassifier(12, max_depth=5, random_state=4).fit(NUMBERS, target)
    nodes = [
        ml_node("TreeEnsembleClassifier", ["float_input"], ["label", "probabilities"], classlabels_int64s=[0, 1], post_transform="NONE", **forest_attributes(model)),
        helper.make_node("Cast", ["label"], ["output_label"], to=TensorProto.INT64, name="Cast"),
        ml_node("ZipMap", ["probabilities"], ["output_probability"], classlabels_int64s=[0, 1]),
    ]
    outputs = [port("output_label", TensorProto.INT64, [None]), zip_map_port("output_probability", TensorProto.INT64)]
    write("forest-binary", nodes, [port("float_input", TensorProto.FLOAT, [None, 4])], outputs)
    golden("forest-binary", model.predict_proba(TEST_NUMBERS), [0, 1], numeric_rows(TEST_NUMBERS))
    model = RandomForestClassifier(9, max_depth=5, random_state=5).fit(NUMBERS, np.array(CLASSES)[LABEL])
    node = ml_node("TreeEnsembleClassifier", ["float_input"], ["label", "probabilities"], classlabels_strings=CLASSES, post_transform="NONE", **forest_attributes(model))
    outputs = [port("label", TensorProto.STRING, [None]), port("probabilities", TensorProto.FLOAT, [None, 3])]
    write("forest-classes", [node], [port("float_input", TensorProto.FLOAT, [None, 4])], outputs, ml=3)
    golden("forest-classes", model.predict_proba(TEST_NUMBERS), CLASSES, numeric_rows(TEST_NUMBERS))


# --- skl2onnx: SVC with probabilities ----------------------------------------------------------------------------------------


def support_vectors():
    scaler = StandardScaler().fit(SMALL)
    model = SVC(probability=True, random_state=0).fit(scaler.transform(SMALL), np.array(CLASSES)[LABEL])
    nodes = [
        ml_node("Scaler", ["float_input"], ["variable"], offset=scaler.mean_.tolist(), scale=(1 / scaler.scale_).tolist()),
        ml_node(
            "SVMClassifier",
            ["variable"],
            ["label", "probabilities"],
            classlabels_strings=CLASSES,
            coefficients=model.dual_coef_.ravel().tolist(),
            kernel_params=[float(model._gamma), 0.0, 3.0],
            kernel_type="RBF",
            post_transform="NONE",
            prob_a=model.probA_.tolist(),
            prob_b=model.probB_.tolist(),
            rho=model.intercept_.tolist(),
            support_vectors=model.support_vectors_.ravel().tolist(),
            vectors_per_class=model.n_support_.tolist(),
        ),
        ml_node("ZipMap", ["probabilities"], ["output_probability"], classlabels_strings=CLASSES),
        helper.make_node("Identity", ["label"], ["output_label"], name="Identity"),
    ]
    outputs = [port("output_label", TensorProto.STRING, [None]), zip_map_port("output_probability", TensorProto.STRING)]
    write("support-vectors", nodes, [port("float_input", TensorProto.FLOAT, [None, 4])], outputs)
    golden("support-vectors", model.predict_proba(scaler.transform(TEST_SMALL)), CLASSES, numeric_rows(TEST_SMALL))


# --- skl2onnx: MLPClassifier; PyTorch: Gemm with one output ------------------------------------------------------------------


def networks():
    target = (LABEL > 0).astype(int)
    model = MLPClassifier((8, 5), max_iter=300, random_state=1).fit(SMALL, target)
    nodes = [helper.make_node("Cast", ["input"], ["cast_input"], to=TensorProto.FLOAT, name="Cast")]
    initializers = [tensor("unity", 1.0), tensor("classes", [0, 1], TensorProto.INT32), tensor("shape_tensor", [-1], TensorProto.INT64)]
    value = "cast_input"
    for layer, (weights, biases) in enumerate(zip(model.coefs_, model.intercepts_)):
        initializers += [tensor(f"coefficient{layer}", weights), tensor(f"intercepts{layer}", biases[None, :])]
        nodes += [
            helper.make_node("MatMul", [value, f"coefficient{layer}"], [f"mul_result{layer}"], name=f"MatMul{layer}"),
            helper.make_node("Add", [f"mul_result{layer}", f"intercepts{layer}"], [f"add_result{layer}"], name=f"Add{layer}"),
        ]
        last = layer == len(model.coefs_) - 1
        value = "out_activations_result" if last else f"next_activations{layer}"
        nodes.append(helper.make_node("Sigmoid" if last else "Relu", [f"add_result{layer}"], [value], name=f"Activation{layer}"))
    nodes += [
        helper.make_node("Sub", ["unity", value], ["negative_class_proba"], name="Sub"),
        helper.make_node("Concat", ["negative_class_proba", value], ["probabilities"], axis=1, name="Concat"),
        helper.make_node("ArgMax", ["probabilities"], ["argmax_output"], axis=1, name="ArgMax"),
        ml_node("ArrayFeatureExtractor", ["classes", "argmax_output"], ["array_feature_extractor_result"]),
        helper.make_node("Reshape", ["array_feature_extractor_result", "shape_tensor"], ["reshaped_result"], name="Reshape"),
        helper.make_node("Cast", ["reshaped_result"], ["label"], to=TensorProto.INT64, name="Cast1"),
    ]
    outputs = [port("label", TensorProto.INT64, [None]), port("probabilities", TensorProto.FLOAT, [None, 2])]
    write("network", nodes, [port("input", TensorProto.FLOAT, [None, 4])], outputs, initializers)
    golden("network", model.predict_proba(TEST_SMALL), [0, 1], numeric_rows(TEST_SMALL))
    # The same network as torch.onnx writes it: Gemm with transposed weights, one probability, no class names.
    nodes, initializers, value = [], [], "input"
    for layer, (weights, biases) in enumerate(zip(model.coefs_, model.intercepts_)):
        initializers += [tensor(f"{layer * 2}.weight", weights.T), tensor(f"{layer * 2}.bias", biases)]
        nodes.append(helper.make_node("Gemm", [value, f"{layer * 2}.weight", f"{layer * 2}.bias"], [f"/{layer}/Gemm"], alpha=1.0, beta=1.0, transB=1))
        last = layer == len(model.coefs_) - 1
        value = "output" if last else f"/{layer}/Relu"
        nodes.append(helper.make_node("Sigmoid" if last else "Relu", [f"/{layer}/Gemm"], [value]))
    inputs, outputs = [port("input", TensorProto.FLOAT, ["batch", 4])], [port("output", TensorProto.FLOAT, ["batch", 1])]
    write("torch", nodes, inputs, outputs, initializers, producer="pytorch", opset=14)
    golden("torch", model.predict_proba(TEST_SMALL), [0, 1], numeric_rows(TEST_SMALL))


# --- onnxmltools: XGBClassifier ----------------------------------------------------------------------------------------------


def boosted_attributes(model, classes):
    names = "treeids nodeids featureids values modes truenodeids falsenodeids missing_value_tracks_true".split()
    nodes = {name: [] for name in names}
    votes = {name: [] for name in ["treeids", "nodeids", "ids", "weights"]}

    def walk(number, node):
        leaf = "leaf" in node
        values = [number, node["nodeid"], 0 if leaf else int(node["split"][1:]), 0.0 if leaf else float(node["split_condition"])]
        values += ["LEAF" if leaf else "BRANCH_LT", 0 if leaf else node["yes"], 0 if leaf else node["no"]]
        values += [0 if leaf else int(node["missing"] == node["yes"])]
        for name, value in zip(names, values):
            nodes[name].append(value)
        if leaf:
            for name, value in zip(votes, [number, node["nodeid"], number % classes, float(node["leaf"])]):
                votes[name].append(value)
        for child in node.get("children", []):
            walk(number, child)

    for number, dump in enumerate(model.get_booster().get_dump(dump_format="json")):
        walk(number, json.loads(dump))
    return {**{"nodes_" + name: found for name, found in nodes.items()}, **{"class_" + name: found for name, found in votes.items()}}


def boosted():
    settings = dict(n_estimators=8, max_depth=3, learning_rate=0.4, n_jobs=1, tree_method="exact")
    target = (LABEL > 0).astype(int)
    model = xgboost.XGBClassifier(**settings).fit(GAPPED, target)
    node = ml_node("TreeEnsembleClassifier", ["float_input"], ["label", "probabilities"], classlabels_int64s=[0, 1], post_transform="LOGISTIC", base_values=[0.0], **boosted_attributes(model, 1))
    inputs = [port("float_input", TensorProto.FLOAT, [None, 4])]
    outputs = [port("label", TensorProto.INT64, [None]), port("probabilities", TensorProto.FLOAT, [None, 2])]
    write("xgboost-binary", [node], inputs, outputs, producer="OnnxMLTools")
    golden("xgboost-binary", model.predict_proba(TEST_GAPPED), [0, 1], numeric_rows(TEST_GAPPED))
    model = xgboost.XGBClassifier(**settings).fit(GAPPED, LABEL)
    node = ml_node("TreeEnsembleClassifier", ["float_input"], ["label", "probabilities"], classlabels_int64s=[0, 1, 2], post_transform="SOFTMAX", base_values=[0.5, 0.5, 0.5], **boosted_attributes(model, 3))
    outputs = [port("label", TensorProto.INT64, [None]), port("probabilities", TensorProto.FLOAT, [None, 3])]
    write("xgboost-classes", [node], inputs, outputs, producer="OnnxMLTools")
    golden("xgboost-classes", model.predict_proba(TEST_GAPPED), [0, 1, 2], numeric_rows(TEST_GAPPED))


# --- onnxmltools: LGBMClassifier, whose trees are here scikit-learn's of the same kind ---------------------------------------


def lightgbm_like():
    """Sets of categories as chains of BRANCH_EQ whose true branches lead to one node, and missing values to either side."""
    frame = np.column_stack([GAPPED, PROTOCOL, SERVICE])
    target = (LABEL > 0).astype(int)
    model = HistGradientBoostingClassifier(max_iter=8, max_leaf_nodes=7, min_samples_leaf=5, categorical_features=[4, 5], early_stopping=False).fit(frame, target)
    names = "treeids nodeids featureids values modes truenodeids falsenodeids missing_value_tracks_true hitrates".split()
    nodes = {name: [] for name in names}
    votes = {name: [] for name in ["treeids", "nodeids", "ids", "weights"]}

    def place(*values):
        for name, value in zip(names, values):
            nodes[name].append(value)

    baseline = float(np.ravel(model._baseline_prediction)[0])
    for number, (tree,) in enumerate(model._predictors):
        extra = len(tree.nodes)
        chains = []
        for index, node in enumerate(tree.nodes):
            if node["is_leaf"]:
                place(number, index, 0, 0.0, "LEAF", 0, 0, 0, 1.0)
                weight = float(node["value"]) + (baseline if number == 0 else 0)
                for name, value in zip(votes, [number, index, 0, weight]):
                    votes[name].append(value)
                continue
            feature, left, right = int(node["feature_idx"]), int(node["left"]), int(node["right"])
            missing = int(node["missing_go_to_left"])
            if not node["is_categorical"]:
                place(number, index, feature, float_below(node["num_threshold"]), "BRANCH_LEQ", left, right, missing, 1.0)
                continue
            words = tree.raw_left_cat_bitsets[node["bitset_idx"]]
            codes = [code for code in range(8) if words[code // 32] >> (code % 32) & 1]
            at = index
            for step, code in enumerate(codes):
                last = step == len(codes) - 1
                values = (number, at, feature, float(code), "BRANCH_EQ", left, right if last else extra, missing, 1.0)
                if at == index:
                    place(*values)
                else:
                    chains.append(values)
                at, extra = (at, extra) if last else (extra, extra + 1)
        for values in chains:
            place(*values)
    attributes = {**{"nodes_" + name: found for name, found in nodes.items()}, **{"class_" + name: found for name, found in votes.items()}}
    graph = [
        ml_node("TreeEnsembleClassifier", ["input"], ["label_tensor", "probability_tensor"], classlabels_int64s=[0, 1], post_transform="LOGISTIC", **attributes),
        ml_node("ZipMap", ["probability_tensor"], ["probabilities"], classlabels_int64s=[0, 1]),
        helper.make_node("Identity", ["label_tensor"], ["label"], name="Identity"),
    ]
    outputs = [port("label", TensorProto.INT64, [None]), zip_map_port("probabilities", TensorProto.INT64)]
    write("lightgbm", graph, [port("input", TensorProto.FLOAT, [None, 6])], outputs, producer="OnnxMLTools")
    test = np.column_stack([TEST_GAPPED, TEST_PROTOCOL, TEST_SERVICE])
    golden("lightgbm", model.predict_proba(test), [0, 1], {**numeric_rows(TEST_GAPPED), "protocol": TEST_PROTOCOL.tolist(), "service": TEST_SERVICE.tolist()})


os.makedirs(FOLDER, exist_ok=True)
for make in [mixed_pipeline, linear_binary, forests, support_vectors, networks, boosted, lightgbm_like]:
    make()
with open(os.path.join(HERE, "foreign-onnx.json"), "w") as file:
    text = json.dumps({"versions": {"scikit-learn": sklearn.__version__, "xgboost": xgboost.__version__, "onnx": onnx.__version__}, "numeric": NUMERIC, "categories": {"protocol": PROTOCOLS, "service": SERVICES}, "models": MODELS})
    file.write(text.replace("NaN", "null") + "\n")
