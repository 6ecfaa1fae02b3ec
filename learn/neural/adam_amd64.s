#include "textflag.h"

// The comments of kernel.go say what is computed, and in which order. Products
// are rounded before they are added: there is no fused instruction here.

// func adamWide(w, grad, m, v *float32, n int, r *rates)
TEXT ·adamWide(SB), NOSPLIT, $0-48
	MOVQ w+0(FP), DI
	MOVQ grad+8(FP), SI
	MOVQ m+16(FP), R8
	MOVQ v+24(FP), R9
	MOVQ n+32(FP), CX
	MOVQ r+40(FP), AX
	VBROADCASTSS 0(AX), Y0
	VBROADCASTSS 4(AX), Y1
	VBROADCASTSS 8(AX), Y2
	VBROADCASTSS 12(AX), Y3
	VBROADCASTSS 16(AX), Y4
	VBROADCASTSS 20(AX), Y5
	VBROADCASTSS 24(AX), Y6
	VBROADCASTSS 28(AX), Y7
	VBROADCASTSS 32(AX), Y8
	VPCMPEQD Y9, Y9, Y9
	VPSRLD $1, Y9, Y9       // all bits but the sign

adam8:
	VMOVUPS (SI), Y10
	VMULPS (R8), Y0, Y11
	VMULPS Y10, Y1, Y12
	VADDPS Y12, Y11, Y11    // first moment
	VANDPS Y9, Y11, Y12
	VCMPPS $0x1d, Y8, Y12, Y12 // |m| >= least
	VANDPS Y12, Y11, Y11
	VMULPS Y10, Y3, Y13
	VMULPS Y10, Y13, Y13
	VMULPS (R9), Y2, Y12
	VADDPS Y13, Y12, Y12    // second moment
	VCMPPS $0x1d, Y8, Y12, Y13
	VANDPS Y13, Y12, Y12
	VMOVUPS Y11, (R8)
	VMOVUPS Y12, (R9)
	VSQRTPS Y12, Y12
	VMULPS Y5, Y12, Y12
	VADDPS Y6, Y12, Y12
	VMULPS Y4, Y11, Y11
	VDIVPS Y12, Y11, Y11    // by how much
	VMOVUPS (DI), Y13
	VMULPS Y7, Y13, Y14
	VSUBPS Y14, Y13, Y13
	VSUBPS Y11, Y13, Y13
	VMOVUPS Y13, (DI)
	ADDQ $32, DI
	ADDQ $32, SI
	ADDQ $32, R8
	ADDQ $32, R9
	SUBQ $8, CX
	JNZ  adam8
	VZEROUPPER
	RET
